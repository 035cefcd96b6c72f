#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/answer_lines.h"
#include "client/cli/ask_flags.h"
#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/cli/stream_answer.h"

namespace attune {
namespace {

constexpr int kMaxTurns = 128;  // question and answer each; the server takes 256 messages of history

constexpr char kChatHelp[] =
    "/new          forget the turns so far\n"
    "/up           the last answer was good\n"
    "/down [text]  the last answer was bad; text: what it should have been\n"
    "/quit         end (as does Ctrl-D)";

class Chat {
 public:
  Chat(Session& session, v1::AskRequest request, bool quiet)
      : session_(session), request_(std::move(request)), quiet_(quiet) {}

  absl::Status Run() {
    const bool interactive = session_.console().in_is_terminal;
    if (interactive && !quiet_) session_.Hint("Ask away; /help lists what else there is, Ctrl-D ends.");
    for (std::string line; ReadLine(interactive, line);) {
      const std::string text(StdView(absl::StripAsciiWhitespace(line)));
      if (text.empty()) continue;
      if (text == "/quit") break;
      absl::Status status = text.starts_with('/') ? Command(text) : Ask(text);
      if (status.ok()) continue;
      if (!interactive) return status;  // a script must not go on as if nothing had happened
      session_.PrintError(status);
    }
    return absl::OkStatus();
  }

 private:
  bool ReadLine(bool interactive, std::string& line) {
    const Console& console = session_.console();
    if (interactive) console.err << console.OnErr("you> ", Style::kBold) << std::flush;
    if (std::getline(std::cin, line)) return true;
    if (interactive) console.err << "\n";
    return false;
  }

  absl::Status Ask(const std::string& text) {
    request_.set_input(text);
    ATTUNE_ASSIGN_OR_RETURN(const v1::AskResponse answer, StreamAnswer(session_, request_));
    if (!session_.json() && !quiet_) PrintAbout(session_, answer);
    last_interaction_ = answer.interaction_id();
    AddTurn("user", text);
    AddTurn("assistant", answer.text());
    return absl::OkStatus();
  }

  void AddTurn(const char* role, const std::string& content) {
    auto& history = *request_.mutable_history();
    if (history.size() >= 2 * kMaxTurns) history.DeleteSubrange(0, 2);
    v1::Message* turn = history.Add();
    turn->set_role(role);
    turn->set_content(content);
  }

  absl::Status Command(const std::string& text) {
    const size_t space = text.find(' ');
    const std::string name = text.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : text.substr(space + 1);
    if (name == "/new") {
      request_.clear_history();
      session_.Hint("forgotten");
    } else if (name == "/up" || name == "/down") {
      return Judge(name == "/up" ? v1::UP : v1::DOWN, rest);
    } else {
      session_.console().err << kChatHelp << "\n";
    }
    return absl::OkStatus();
  }

  absl::Status Judge(v1::Thumb thumb, const std::string& correction) {
    if (last_interaction_.empty()) return absl::FailedPreconditionError("there is no answer yet");
    v1::RecordFeedbackRequest request;
    request.set_interaction_id(last_interaction_);
    request.mutable_feedback()->set_thumb(thumb);
    request.mutable_feedback()->set_correction(correction);
    ATTUNE_RETURN_IF_ERROR(session_.client().RecordFeedback(request).status());
    session_.Hint("recorded");
    return absl::OkStatus();
  }

  Session& session_;
  v1::AskRequest request_;
  const bool quiet_;
  std::string last_interaction_;
};

}  // namespace

void AddChatCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("chat", "Talk: each answer knows the turns before it; /help inside");
  const auto flags = std::make_shared<AskFlags>();
  const auto quiet = std::make_shared<bool>(false);
  AddAskFlags(*command, *flags);
  command->add_flag("-q,--quiet", *quiet, "The answers alone");
  session.OnRun(command, [flags, quiet](Session& s) -> absl::Status {
    ATTUNE_ASSIGN_OR_RETURN(v1::AskRequest request, ToRequest(*flags));
    return Chat(s, std::move(request), *quiet).Run();
  });
}

}  // namespace attune
