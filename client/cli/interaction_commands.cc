#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/pages.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/enum_words.h"

namespace attune {
namespace {

std::string DescribeFeedback(const v1::Feedback& feedback) {
  std::string text = WordOf(feedback.thumb());
  const auto add = [&text](const std::string& more) { StrAppend(&text, text.empty() ? "" : ", ", more); };
  if (feedback.has_score()) add(absl::StrFormat("score %.3g", feedback.score()));
  if (!feedback.correction().empty()) add(StrCat("should be: ", feedback.correction()));
  if (!feedback.comment().empty()) add(feedback.comment());
  if (!feedback.author().empty()) add(StrCat("by ", feedback.author()));
  return text;
}

std::string AnswerOf(const v1::Interaction& interaction) {
  return interaction.status_code() == 0 ? interaction.text() : StrCat("(failed) ", interaction.status_message());
}

absl::Status List(Session& session, const v1::ListInteractionsRequest& request, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          request, limit, [&](const auto& page) { return session.client().ListInteractions(page); },
          [](v1::ListInteractionsResponse & page) -> auto& { return *page.mutable_interactions(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Text("TIME"), Text("ID"), Text("PROMPT"), Number("COVERAGE"), Text("FEEDBACK"), LongText("QUESTION"),
               LongText("ANSWER")});
  for (const v1::Interaction& one : response.interactions()) {
    const v1::Provenance& built = one.provenance();
    table.Add({LocalTime(one.create_time()), one.id(), StrCat(built.prompt(), "@", built.prompt_version()),
               absl::StrFormat("%.2f", one.coverage()),
               one.feedback().empty() ? "" : WordOf(one.feedback(one.feedback_size() - 1).thumb()),
               one.request().input(), AnswerOf(one)});
  }
  Print(session.console(), table, "no interactions");
  HintMore(session, response);
  return absl::OkStatus();
}

absl::Status Show(Session& session, const std::string& id) {
  v1::GetInteractionRequest request;
  request.set_id(id);
  ATTUNE_ASSIGN_OR_RETURN(const v1::Interaction one, session.client().GetInteraction(request));
  if (session.PrintJson(one)) return absl::OkStatus();
  const v1::Provenance& built = one.provenance();
  std::ostream& out = session.console().out;
  const auto line = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out << absl::StrFormat("%-10s", name) << WithoutControls(value) << "\n";
  };
  line("time", LocalTime(one.create_time()));
  line("question", one.request().input());
  line("answer", AnswerOf(one));
  line("model", one.model());
  line("prompt", StrCat(built.prompt(), "@", built.prompt_version(), " at revision ", built.revision(),
                        built.token_ratio() == 0 ? "" : StrCat(", token ratio ", built.token_ratio())));
  if (!built.dataset().empty()) line("dataset", StrCat(built.dataset(), "@", built.dataset_version()));
  for (const std::string& example : built.example_ids()) line("example", example);
  line("coverage", absl::StrFormat("%.2f", one.coverage()));
  line("user", one.request().user());
  for (const v1::Feedback& feedback : one.feedback()) line("feedback", DescribeFeedback(feedback));
  return absl::OkStatus();
}

}  // namespace

void AddInteractionCommands(CLI::App& app, Session& session) {
  struct Flags {
    std::string id, prompt;
    bool failed = false, with_feedback = false;
    int limit = kUsualLimit;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* group = app.add_subcommand("interactions", "What was asked and answered, with its feedback");
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "Newest first");
  list->add_option("-p,--prompt", flags->prompt, "Only of this prompt");
  list->add_flag("--failed", flags->failed, "Only those that failed");
  list->add_flag("--with-feedback", flags->with_feedback, "Only those with feedback");
  list->add_option("--limit", flags->limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(list, [flags](Session& s) {
    v1::ListInteractionsRequest request;
    request.set_prompt(flags->prompt);
    request.set_failed(flags->failed);
    request.set_with_feedback(flags->with_feedback);
    return List(s, request, flags->limit);
  });
  CLI::App* show = group->add_subcommand("show", "One of them, whole");
  show->add_option("id", flags->id, "Id of the interaction")->required();
  session.OnRun(show, [flags](Session& s) { return Show(s, flags->id); });
}

}  // namespace attune
