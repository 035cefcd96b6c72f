#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "client/cli/answer_lines.h"
#include "client/cli/ask_flags.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/cli/stream_answer.h"
#include "client/cli/text_width.h"

namespace attune {
namespace {

struct Flags {
  std::vector<std::string> words;
  AskFlags ask;
  bool stream = false;
  bool explain = false;
  bool quiet = false;
};

void PrintText(const Console& console, const std::string& text) {
  console.out << (console.out_is_terminal ? WithoutControls(text) : text);
  if (!text.ends_with('\n')) console.out << "\n";
  console.out << std::flush;
}

// The prompt that this answer was built from: the same request at the answer's revision, with its ratio of tokens.
absl::StatusOr<v1::RenderPromptResponse> Explain(Session& session, const v1::AskRequest& request,
                                                 const v1::AskResponse& answer) {
  v1::RenderPromptRequest render;
  *render.mutable_request() = request;
  render.mutable_request()->set_at_revision(answer.provenance().revision());
  render.mutable_request()->set_token_ratio(answer.provenance().token_ratio());
  return session.client().RenderPrompt(render);
}

void PrintExplanation(const Console& console, const v1::RenderPromptResponse& prompt) {
  console.out << "\n";
  Print(console, ExampleTable(prompt.examples()), "no examples were shown");
  console.out << "about " << prompt.estimated_input_tokens() << " input tokens in " << prompt.messages_size()
              << " messages";
  if (prompt.dropped_examples() > 0) {
    console.out << "; " << prompt.dropped_examples() << " examples did not fit the prompt's token budget";
  }
  console.out << "\n";
}

absl::Status AskAtOnce(Session& session, const Flags& flags, const v1::AskRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const v1::AskResponse answer, session.client().Ask(request));
  if (session.json() && !flags.explain) return session.PrintJson(answer), absl::OkStatus();
  v1::RenderPromptResponse prompt;
  if (flags.explain) {
    ATTUNE_ASSIGN_OR_RETURN(prompt, Explain(session, request, answer));
  }
  if (session.json()) {
    session.console().out << "{\"answer\":" << JsonLine(answer) << ",\"prompt\":" << JsonLine(prompt) << "}\n";
    return absl::OkStatus();
  }
  PrintText(session.console(), answer.text());
  if (!flags.quiet) PrintAbout(session, answer);
  if (flags.explain) PrintExplanation(session.console(), prompt);
  return absl::OkStatus();
}

absl::Status AskStreamed(Session& session, const Flags& flags, const v1::AskRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const v1::AskResponse answer, StreamAnswer(session, request));
  if (session.json()) return absl::OkStatus();
  if (!flags.quiet) PrintAbout(session, answer);
  if (!flags.explain) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(const v1::RenderPromptResponse prompt, Explain(session, request, answer));
  PrintExplanation(session.console(), prompt);
  return absl::OkStatus();
}

absl::Status Run(Session& session, const Flags& flags) {
  ATTUNE_ASSIGN_OR_RETURN(v1::AskRequest request, ToRequest(flags.ask));
  ATTUNE_ASSIGN_OR_RETURN(*request.mutable_input(), QuestionOf(flags.words, session.console().in_is_terminal));
  return flags.stream ? AskStreamed(session, flags, request) : AskAtOnce(session, flags, request);
}

}  // namespace

void AddAskCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("ask", "Ask one question");
  const auto flags = std::make_shared<Flags>();
  command->add_option("question", flags->words, "The question; - reads it from stdin");
  AddAskFlags(*command, flags->ask);
  command->add_option("--request-id", flags->ask.request_id, "Makes a retry return the first answer");
  command->add_flag("-s,--stream", flags->stream, "Print the answer as it comes");
  command->add_flag("-x,--explain", flags->explain, "Show the examples that were used, with their scores");
  command->add_flag("-q,--quiet", flags->quiet, "The answer alone, without the line on what it was built from");
  session.OnRun(command, [flags](Session& s) { return Run(s, *flags); });
}

}  // namespace attune
