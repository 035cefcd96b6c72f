#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/eval_flags.h"
#include "client/cli/eval_report.h"
#include "client/cli/exit_codes.h"
#include "client/cli/progress.h"
#include "client/cli/session.h"

namespace attune {
namespace {

// One evaluation from its first event to its exit code.
class Evaluation {
 public:
  Evaluation(Session& session, const EvalFlags& flags, const v1::EvaluateRequest& request)
      : session_(session), flags_(flags), request_(request), progress_(session.console(), "eval") {}

  absl::Status Run() {
    absl::Status status =
        session_.client().Evaluate(request_, [this](const v1::EvaluateResponse& event) { return OnEvent(event); });
    progress_.Wipe();
    if (flags_.detach && !id_.empty()) return Detached();
    if (!status.ok()) return status;
    if (!report_.has_value()) return absl::DataLossError("the stream ended without a report");
    if (!session_.json()) {
      PrintReport(session_, *report_);
      PrintWrong();
    }
    return Judge();
  }

 private:
  bool OnEvent(const v1::EvaluateResponse& event) {
    const Console& console = session_.console();
    if (session_.json()) console.out << JsonLine(event) << "\n" << std::flush;
    if (event.has_start()) id_ = event.start().evaluation_id();
    if (event.has_progress()) {
      const v1::EvaluationProgress& now = event.progress();
      progress_.Update(now.done(), now.calls(),
                       StrCat(Grouped(now.done()), "/", Grouped(now.calls()),
                              now.failed() > 0 ? StrCat(", ", Grouped(now.failed()), " failed") : ""));
    }
    if (event.has_result()) Keep(event.result());
    if (event.has_report()) report_ = event.report();
    return console.out.good() && !(flags_.detach && event.has_start());
  }

  void Keep(const v1::CaseResult& result) {
    const bool wrong =
        result.candidate() == 0 && result.status_code() == 0 && !result.scores().empty() && result.scores(0) < 1;
    if (wrong && wrong_.size() < static_cast<size_t>(flags_.wrong)) wrong_.push_back(result);
  }

  void PrintWrong() const {
    if (wrong_.empty()) return;
    Table table({LongText("WRONG"), LongText("EXPECTED"), LongText("GOT")});
    for (const v1::CaseResult& result : wrong_) {
      // A question may consist of variables alone.
      table.Add({result.input().empty() ? result.case_id() : result.input(), result.expected(), result.text()});
    }
    session_.console().out << "\n";
    Print(session_.console(), table, "");
  }

  absl::Status Detached() const {
    if (!session_.json()) {
      session_.console().out << id_ << "\n";
      session_.Hint(StrCat("it runs on; see it with: attune eval show ", id_));
    }
    return absl::OkStatus();
  }

  absl::Status Judge() {
    if (report_->state() != v1::SUCCEEDED) {
      return absl::AbortedError(
          StrCat("the evaluation did not come to its end; attune eval show ", id_, " has what was measured"));
    }
    if (!flags_.fail_under.has_value()) return absl::OkStatus();
    const std::vector<std::string> below = Below(*report_, *flags_.fail_under);
    if (below.empty()) return absl::OkStatus();
    const Console& console = session_.console();
    console.err << console.OnErr(StrCat("below ", *flags_.fail_under, ": ", absl::StrJoin(below, ", ")), Style::kRed)
                << "\n";
    session_.set_exit_code(kExitBelowThreshold);
    return absl::OkStatus();
  }

  Session& session_;
  const EvalFlags& flags_;
  const v1::EvaluateRequest& request_;
  ProgressBar progress_;
  std::string id_;
  std::optional<v1::EvaluationReport> report_;
  std::vector<v1::CaseResult> wrong_;
};

absl::Status Run(Session& session, const EvalFlags& flags) {
  ATTUNE_ASSIGN_OR_RETURN(v1::EvaluateRequest request, ToRequest(flags));
  request.set_quiet(flags.wrong == 0 && !session.json());
  return Evaluation(session, flags, request).Run();
}

}  // namespace

void AddEvalCommands(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("eval", "Measure prompts, models and parameters on held-out cases");
  const auto flags = std::make_shared<EvalFlags>();
  AddEvalFlags(*command, *flags);
  session.OnRun(command, [flags](Session& s) { return Run(s, *flags); });
  AddEvalShelfCommands(*command, session);
}

}  // namespace attune
