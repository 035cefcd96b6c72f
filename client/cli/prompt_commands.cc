#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/answer_lines.h"
#include "client/cli/ask_flags.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/flags.h"
#include "client/cli/pages.h"
#include "client/cli/put_prompt.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"
#include "client/prompt_file.h"

namespace attune {
namespace {

std::string ModelOf(const v1::Prompt& prompt) {
  return prompt.parameters().has_model() ? prompt.parameters().model() : "(default)";
}

void AddPut(CLI::App& group, Session& session) {
  CLI::App* put = group.add_subcommand("put", "Make the next version of a prompt from a YAML file");
  const auto flags = std::make_shared<PutFlags>();
  const auto files = std::make_shared<std::vector<std::string>>();
  put->add_option("file", *files, "YAML files; - is stdin")->required();
  put->add_option("--name", flags->name, "In place of the file's name");
  put->add_option("--expected-version", flags->expected_version, "Refuse unless this is the latest; 0: unless new");
  put->add_option("--request-id", flags->request_id, "Makes a retry safe");
  put->add_flag("--dry-run", flags->dry_run, "Do every check, change nothing");
  session.OnRun(put, [=](Session& s) { return PutPromptFiles(s, *files, *flags); });
}

absl::Status ListPrompts(Session& session, int limit) {
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          v1::ListPromptsRequest(), limit, [&](const auto& page) { return session.client().ListPrompts(page); },
          [](v1::ListPromptsResponse & page) -> auto& { return *page.mutable_prompts(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table(
      {Text("NAME"), Number("VERSION"), Text("MODEL"), Text("DATASET"), Text("CREATED"), LongText("DESCRIPTION")});
  for (const v1::Prompt& prompt : response.prompts()) {
    table.Add({prompt.name(), StrCat(prompt.version()), ModelOf(prompt), prompt.few_shot().dataset(),
               LocalTime(prompt.create_time()), prompt.description()});
  }
  Print(session.console(), table, "no prompts");
  HintMore(session, response);
  return absl::OkStatus();
}

absl::Status ListVersions(Session& session, const std::string& name, int limit) {
  v1::ListPromptVersionsRequest request;
  request.set_prompt(name);
  ATTUNE_ASSIGN_OR_RETURN(
      const auto response,
      FetchPages(
          request, limit, [&](const auto& page) { return session.client().ListPromptVersions(page); },
          [](v1::ListPromptVersionsResponse & page) -> auto& { return *page.mutable_prompts(); }));
  if (session.PrintJson(response)) return absl::OkStatus();
  Table table({Number("VERSION"), Number("REVISION"), Text("CREATED"), Text("MODEL"), LongText("DESCRIPTION")});
  for (const v1::Prompt& prompt : response.prompts()) {
    table.Add({StrCat(prompt.version()), StrCat(prompt.revision()), LocalTime(prompt.create_time()), ModelOf(prompt),
               prompt.description()});
  }
  Print(session.console(), table, "no versions");
  if (!response.aliases().empty()) session.console().out << "aliases: " << Aliases(response.aliases()) << "\n";
  HintMore(session, response);
  return absl::OkStatus();
}

absl::Status ShowPrompt(Session& session, const std::string& reference) {
  v1::GetPromptRequest request;
  request.set_prompt(reference);
  ATTUNE_ASSIGN_OR_RETURN(const v1::Prompt prompt, session.client().GetPrompt(request));
  if (session.PrintJson(prompt)) return absl::OkStatus();
  const Console& console = session.console();
  console.out << console.OnOut(StrCat("# ", prompt.name(), "@", prompt.version(), ", made ",
                                      LocalTime(prompt.create_time()), " by revision ", prompt.revision()),
                               Style::kDim)
              << "\n"
              << PromptToYaml(prompt);
  return absl::OkStatus();
}

// What ask does with a question that the examples do not cover.
const char* BelowCoverage(v1::LowCoverageAction action) {
  if (action == v1::FIXED_TEXT) return "it answers with its own text, and asks no model";
  if (action == v1::REFUSE) return "it refuses to answer (LOW_COVERAGE)";
  return "the model is asked without examples";
}

void PrintRendered(const Session& session, const v1::RenderPromptResponse& prompt) {
  const Console& console = session.console();
  for (const v1::Message& message : prompt.messages()) {
    console.out << console.OnOut(StrCat("--- ", message.role()), Style::kBold) << "\n"
                << (console.out_is_terminal ? WithoutControls(message.content()) : message.content()) << "\n";
  }
  if (prompt.low_coverage() == v1::FIXED_TEXT) console.out << WithoutControls(prompt.low_coverage_text()) << "\n";
  console.out << "\n";
  if (!prompt.provenance().dataset().empty()) Print(console, ExampleTable(prompt.examples()), "no examples are shown");
  const v1::Provenance& built = prompt.provenance();
  if (prompt.low_coverage() != v1::LOW_COVERAGE_ACTION_UNSPECIFIED) {
    session.Hint(absl::StrFormat("coverage %.2f is below what the prompt wants: %s", prompt.coverage(),
                                 BelowCoverage(prompt.low_coverage())));
  }
  if (prompt.has_token_estimate()) session.Hint(DescribeTokens(prompt.token_estimate()));
  session.Hint(StrCat(built.prompt(), "@", built.prompt_version(), " at revision ", built.revision(), ", about ",
                      prompt.estimated_input_tokens(), " input tokens",
                      prompt.dropped_examples() > 0
                          ? StrCat("; ", prompt.dropped_examples(), " examples did not fit the token budget")
                          : ""));
}

struct RenderFlags {
  std::vector<std::string> words;
  AskFlags ask;
};

absl::Status Render(Session& session, const RenderFlags& flags) {
  v1::RenderPromptRequest request;
  ATTUNE_ASSIGN_OR_RETURN(*request.mutable_request(), ToRequest(flags.ask));
  ATTUNE_ASSIGN_OR_RETURN(*request.mutable_request()->mutable_input(),
                          QuestionOf(flags.words, session.console().in_is_terminal));
  ATTUNE_ASSIGN_OR_RETURN(const v1::RenderPromptResponse prompt, session.client().RenderPrompt(request));
  if (!session.PrintJson(prompt)) PrintRendered(session, prompt);
  return absl::OkStatus();
}

void AddReads(CLI::App& group, Session& session) {
  CLI::App* list = group.add_subcommand("list", "All prompts");
  const auto limit = std::make_shared<int>(kUsualLimit);
  list->add_option("--limit", *limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(list, [=](Session& s) { return ListPrompts(s, *limit); });

  CLI::App* show = group.add_subcommand("show", "A prompt as the YAML that `prompt put` takes");
  const auto reference = std::make_shared<std::string>();
  show->add_option("prompt", *reference, "name, name@7 or name@alias")->required();
  session.OnRun(show, [=](Session& s) { return ShowPrompt(s, *reference); });

  CLI::App* versions = group.add_subcommand("versions", "All versions of a prompt, and where its aliases point");
  const auto name = std::make_shared<std::string>();
  versions->add_option("name", *name, "Name")->required();
  versions->add_option("--limit", *limit, "At most so many; 0: all")->check(CLI::NonNegativeNumber);
  session.OnRun(versions, [=](Session& s) { return ListVersions(s, *name, *limit); });
}

}  // namespace

void AddPromptCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("prompt", "Prompts: versions, aliases, what would be sent");
  group->require_subcommand(1);
  AddPut(*group, session);
  AddReads(*group, session);
  CLI::App* render = group->add_subcommand("render", "Show exactly what would be sent; asks nobody");
  const auto flags = std::make_shared<RenderFlags>();
  render->add_option("question", flags->words, "The question; - reads it from stdin");
  AddAskFlags(*render, flags->ask);
  session.OnRun(render, [flags](Session& s) { return Render(s, *flags); });
  AddAliasCommands(*group, session, AliasTarget::kPrompt);
}

}  // namespace attune
