// The turns of a conversation as JSON writes them: chat messages and transcripts of support desks.
//
// A turn is an object with the speaker under `role`, `speaker`, `from`, `author` or `sender`, and the words under
// `content`, `text`, `value`, `utterance` or `message`; or a pair ["speaker", "words"]. The words may be a list of
// parts
// {"type": "text", "text": "..."}, which are joined by line ends.
#ifndef ATTUNE_DATASET_TURNS_H_
#define ATTUNE_DATASET_TURNS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/json_level.h"

namespace attune {

enum class Side { kUser, kAssistant, kSystem, kOther };

struct Turn {
  Side side = Side::kOther;
  std::string speaker;  // as the file calls it
  std::string text;
  FilePosition at;
};

// Whether the members of an object are those of a turn; whether an array is a pair.
bool LooksLikeTurn(const JsonLevel& level);

// nullopt: an error was added; speakers that are not known are an error.
std::optional<Turn> ReadTurn(JsonLevel level, const FilePosition& at, ImportErrors& errors);
std::optional<std::vector<Turn>> ReadTurns(const std::vector<RowCell>& members, ImportErrors& errors);

// [{"role": "user", "content": "..."}, ...]; the roles are user, assistant, system, or as the file calls them.
std::string TurnsToJson(const std::vector<Turn>& turns);

}  // namespace attune

#endif  // ATTUNE_DATASET_TURNS_H_
