#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/flags.h"
#include "client/cli/session.h"

namespace attune {
namespace {

struct Flags {
  std::string interaction, correction, comment, author, request_id;
  bool up = false;
  bool down = false;
  std::optional<double> score;
};

absl::Status Run(Session& session, const Flags& flags) {
  if (flags.up && flags.down) return BadFlag("--up", "excludes --down");
  v1::RecordFeedbackRequest request;
  request.set_interaction_id(flags.interaction);
  request.set_request_id(flags.request_id);
  v1::Feedback& feedback = *request.mutable_feedback();
  if (flags.up) feedback.set_thumb(v1::UP);
  if (flags.down) feedback.set_thumb(v1::DOWN);
  if (flags.score.has_value()) feedback.set_score(*flags.score);
  feedback.set_correction(flags.correction);
  feedback.set_comment(flags.comment);
  feedback.set_author(flags.author);
  ATTUNE_ASSIGN_OR_RETURN(const v1::RecordFeedbackResponse response, session.client().RecordFeedback(request));
  if (session.PrintJson(response)) return absl::OkStatus();
  session.console().out << "feedback " << response.feedback().id() << " recorded for interaction " << flags.interaction
                        << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddFeedbackCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("feedback", "Say how good an answer was");
  const auto flags = std::make_shared<Flags>();
  command->add_option("interaction", flags->interaction, "Id of the interaction, as every answer names it")->required();
  command->add_flag("--up", flags->up, "Good");
  command->add_flag("--down", flags->down, "Bad");
  command->add_option("--score", flags->score, "0 (worst) to 1 (best)");
  command->add_option("--correct", flags->correction, "What the answer should have been");
  command->add_option("--comment", flags->comment, "Anything else");
  command->add_option("--author", flags->author, "Who says so");
  command->add_option("--request-id", flags->request_id, "Makes a retry safe");
  session.OnRun(command, [flags](Session& s) { return Run(s, *flags); });
}

}  // namespace attune
