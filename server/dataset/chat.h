// A row of chat fine-tuning: the messages of one conversation, of which the last answer is the one to learn.
#ifndef ATTUNE_DATASET_CHAT_H_
#define ATTUNE_DATASET_CHAT_H_

#include <optional>
#include <string>
#include <vector>

#include "dataset/turns.h"

namespace attune {

struct Chat {
  Turn question;              // the last turn of the user before the answer
  Turn answer;                // the last turn of the assistant
  std::string system;         // all system turns, joined by blank lines
  std::vector<Turn> history;  // every other turn, in order
};

// nullopt: an error was added. `messages` is an array.
std::optional<Chat> ReadChat(const RowCell& messages, ImportErrors& errors);

}  // namespace attune

#endif  // ATTUNE_DATASET_CHAT_H_
