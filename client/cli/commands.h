// The command groups, each in a file of its own: they add themselves to the command line.
#ifndef ATTUNE_CLIENT_CLI_COMMANDS_H_
#define ATTUNE_CLIENT_CLI_COMMANDS_H_

namespace CLI {
class App;
}

namespace attune {

class Session;

void AddAskCommand(CLI::App& app, Session& session);
void AddChatCommand(CLI::App& app, Session& session);
void AddPromptCommands(CLI::App& app, Session& session);
void AddDatasetCommands(CLI::App& app, Session& session);
void AddImportCommand(CLI::App& group, Session& session);      // import, on the top level and under dataset
void AddExportCommand(CLI::App& group, Session& session);      // likewise
void AddExampleCommands(CLI::App& dataset, Session& session);  // add, delete
void AddBrowseCommands(CLI::App& dataset, Session& session);   // examples, diff
void AddStatsCommand(CLI::App& dataset, Session& session);
void AddEmbedCommand(CLI::App& dataset, Session& session);
void AddSettingsCommand(CLI::App& dataset, Session& session);
void AddEvalCommands(CLI::App& app, Session& session);
void AddEvalShelfCommands(CLI::App& eval, Session& session);
void AddFeedbackCommand(CLI::App& app, Session& session);
void AddInteractionCommands(CLI::App& app, Session& session);
void AddStatusCommand(CLI::App& app, Session& session);
void AddApplyCommand(CLI::App& app, Session& session);

// `alias` and `history` of prompts and of datasets.
enum class AliasTarget { kPrompt, kDataset };
void AddAliasCommands(CLI::App& group, Session& session, AliasTarget target);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_COMMANDS_H_
