// attune: the command line of Attune. Builds the command tree, parses, runs what was chosen.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "client/cli/commands.h"
#include "client/cli/exit_codes.h"
#include "client/cli/session.h"

namespace attune {
namespace {

constexpr char kDefaultServer[] = "127.0.0.1:7117";

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  flags.server = kDefaultServer;
  app.add_option("--server", flags.server, "Where attuned serves, host:port")
      ->envname("ATTUNE_SERVER")
      ->capture_default_str();
  app.add_flag("--json", flags.json,
               "Results as JSON with the names of the .proto files; streams as one line an event");
  app.add_option("--timeout", flags.timeout_seconds,
                 "Seconds that a call may take; default: 60, and no limit for import, export and eval")
      ->check(CLI::PositiveNumber);
}

void AddCommands(CLI::App& app, Session& session) {
  AddAskCommand(app, session);
  AddChatCommand(app, session);
  AddPromptCommands(app, session);
  AddDatasetCommands(app, session);
  AddImportCommand(app, session);
  AddExportCommand(app, session);
  AddEvalCommands(app, session);
  AddFeedbackCommand(app, session);
  AddInteractionCommands(app, session);
  AddStatusCommand(app, session);
  AddApplyCommand(app, session);
}

int Run(int argc, char** argv) {
  const Console console = ProcessConsole();
  Session session(console);
  CLI::App app("attune talks to attuned: ask a closed LLM well, measure it, improve it.", "attune");
  app.set_version_flag("--version", std::string("attune ") + ATTUNE_VERSION);
  app.footer(std::string("Environment:\n  ATTUNE_SERVER  as --server\n  NO_COLOR       no colours\n\n") +
             kExitCodesHelp);
  app.require_subcommand(1);
  app.fallthrough();  // global flags may stand after the command
  app.option_defaults()->always_capture_default(false);
  AddGlobalFlags(app, session.flags());
  AddCommands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitBadUsage;
  }
  return session.RunChosen();
}

}  // namespace
}  // namespace attune

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away, as in `attune export | head`, is an error of writing
  return attune::Run(argc, argv);
}
