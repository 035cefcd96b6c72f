#include "dataset/chat.h"

#include <utility>

#include "base/strings.h"

namespace attune {
namespace {

// The last turn of this side before `end`; -1: none.
int LastOf(Side side, const std::vector<Turn>& turns, int end) {
  int i = end - 1;
  while (i >= 0 && turns[i].side != side) --i;
  return i;
}

}  // namespace

std::optional<Chat> ReadChat(const RowCell& messages, ImportErrors& errors) {
  const auto level = ReadJsonCell(messages, errors);
  if (!level.has_value()) return std::nullopt;
  auto turns = ReadTurns(level->members, errors);
  if (!turns.has_value()) return std::nullopt;
  const int answer = LastOf(Side::kAssistant, *turns, static_cast<int>(turns->size()));
  const int question = LastOf(Side::kUser, *turns, answer);
  if (answer < 0 || question < 0) {
    errors.Add(messages.at, answer < 0 ? "no message is the assistant's: there is no output"
                                       : "no message of the user comes before the assistant's: there is no input");
    return std::nullopt;
  }
  Chat chat;
  for (int i = 0; i < static_cast<int>(turns->size()); ++i) {
    Turn& turn = (*turns)[i];
    if (i == question) {
      chat.question = std::move(turn);
    } else if (i == answer) {
      chat.answer = std::move(turn);
    } else if (turn.side == Side::kSystem) {
      StrAppend(&chat.system, chat.system.empty() ? "" : "\n\n", turn.text);
    } else {
      chat.history.push_back(std::move(turn));
    }
  }
  return chat;
}

}  // namespace attune
