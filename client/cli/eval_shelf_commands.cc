#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/eval_report.h"
#include "client/cli/flags.h"
#include "client/cli/pages.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace attune {
namespace {

Table ResultTable(const google::protobuf::RepeatedPtrField<v1::CaseResult>& results) {
  Table table(
      {Text("CASE"), Number("CANDIDATE"), Text("SCORES"), LongText("QUESTION"), LongText("EXPECTED"), LongText("GOT")});
  for (const v1::CaseResult& result : results) {
    std::vector<std::string> scores;
    for (const double score : result.scores()) scores.push_back(absl::StrFormat("%.3g", score));
    table.Add({result.case_id(), StrCat(result.candidate()), absl::StrJoin(scores, " "), result.input(),
               result.expected(),
               result.status_code() == 0 ? result.text() : StrCat("(failed) ", result.status_message())});
  }
  return table;
}

absl::Status Show(Session& session, const std::string& id, bool results, int limit) {
  v1::GetEvaluationRequest request;
  request.set_id(id);
  request.set_include_results(results);
  absl::StatusOr<v1::GetEvaluationResponse> response;
  if (results) {
    response = FetchPages(
        request, limit, [&](const auto& page) { return session.client().GetEvaluation(page); },
        [](v1::GetEvaluationResponse & page) -> auto& { return *page.mutable_results(); });
  } else {
    response = session.client().GetEvaluation(request);
  }
  if (!response.ok()) return response.status();
  if (session.PrintJson(*response)) return absl::OkStatus();
  const v1::Evaluation& evaluation = response->evaluation();
  const Console& console = session.console();
  if (evaluation.has_report()) {
    PrintReport(session, evaluation.report());
  } else {
    console.out << evaluation.id() << " " << WordOf(evaluation.state()) << ": " << Grouped(evaluation.done()) << " of "
                << Grouped(evaluation.calls()) << " calls done\n";
  }
  if (!results) return absl::OkStatus();
  console.out << "\n";
  Print(console, ResultTable(response->results()), "no results");
  HintMore(session, *response);
  return absl::OkStatus();
}

absl::Status List(Session& session, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          v1::ListEvaluationsRequest(), limit, [&](const auto& page) { return session.client().ListEvaluations(page); },
          [](v1::ListEvaluationsResponse & page) -> auto& { return *page.mutable_evaluations(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Text("ID"), Text("STATE"), Text("STARTED"), Number("CALLS"), Text("CASES"), LongText("DESCRIPTION")});
  for (const v1::Evaluation& evaluation : response.evaluations()) {
    const v1::EvaluateRequest& request = evaluation.request();
    table.Add({evaluation.id(), WordOf(evaluation.state()), LocalTime(evaluation.create_time()),
               StrCat(Grouped(evaluation.done()), "/", Grouped(evaluation.calls())),
               request.dataset().empty() ? "inline" : request.dataset(), request.description()});
  }
  Print(session.console(), table, "no evaluations; start one with: attune eval");
  HintMore(session, response);
  return absl::OkStatus();
}

// "ID" or "ID:2", candidates counting from 0.
absl::Status SplitCandidate(const std::string& text, std::string* id, int32_t* candidate) {
  const size_t colon = text.rfind(':');
  *id = text.substr(0, colon);
  if (colon == std::string::npos) return absl::OkStatus();
  if (!absl::SimpleAtoi(text.substr(colon + 1), candidate) || *candidate < 0) {
    return BadFlag(text, "is not ID or ID:CANDIDATE, where candidates are 0, 1, 2 ...");
  }
  return absl::OkStatus();
}

absl::Status Compare(Session& session, const std::string& baseline, const std::string& candidate) {
  v1::CompareEvaluationsRequest request;
  std::string id;
  int32_t index = 0;
  ATTUNE_RETURN_IF_ERROR(SplitCandidate(baseline, &id, &index));
  request.set_baseline_id(id);
  request.set_baseline_candidate(index);
  index = 0;
  ATTUNE_RETURN_IF_ERROR(SplitCandidate(candidate, &id, &index));
  request.set_candidate_id(id);
  request.set_candidate_candidate(index);
  ATTUNE_ASSIGN_OR_RETURN(const v1::CompareEvaluationsResponse response, session.client().CompareEvaluations(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  const std::vector<v1::Comparison> comparisons(response.comparisons().begin(), response.comparisons().end());
  const std::vector<std::string> names(comparisons.size(), StrCat(candidate, " against ", baseline));
  Print(session.console(), ComparisonTable(comparisons, names), "the two have no metric in common");
  return absl::OkStatus();
}

absl::Status Cancel(Session& session, const std::string& id) {
  v1::CancelEvaluationRequest request;
  request.set_id(id);
  ATTUNE_ASSIGN_OR_RETURN(const v1::CancelEvaluationResponse response, session.client().CancelEvaluation(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  session.console().out << id << " " << WordOf(response.evaluation().state()) << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddEvalShelfCommands(CLI::App& eval, Session& session) {
  struct Flags {
    std::string id, other;
    bool results = false;
    int limit = kUsualLimit;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* show = eval.add_subcommand("show", "The report of an evaluation");
  show->add_option("id", flags->id, "Id of the evaluation")->required();
  show->add_flag("--results", flags->results, "Each case's answer and scores as well");
  show->add_option("--limit", flags->limit, "At most so many results; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(show, [flags](Session& s) { return Show(s, flags->id, flags->results, flags->limit); });

  CLI::App* list = eval.add_subcommand("list", "All evaluations, newest first");
  list->add_option("--limit", flags->limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(list, [flags](Session& s) { return List(s, flags->limit); });

  CLI::App* compare = eval.add_subcommand("compare", "Compare two evaluations on the cases that both ran");
  compare->add_option("baseline", flags->id, "ID, or ID:CANDIDATE (0, 1, 2 ...)")->required();
  compare->add_option("candidate", flags->other, "ID, or ID:CANDIDATE")->required();
  session.OnRun(compare, [flags](Session& s) { return Compare(s, flags->id, flags->other); });

  CLI::App* cancel = eval.add_subcommand("cancel", "Stop a running evaluation; what was measured stays");
  cancel->add_option("id", flags->id, "Id of the evaluation")->required();
  session.OnRun(cancel, [flags](Session& s) { return Cancel(s, flags->id); });
}

}  // namespace attune
