// A second try at an answer that does not fit its schema: the model sees what it said and what was wrong with it. Pure.
#ifndef ATTUNE_ASK_REPAIR_H_
#define ATTUNE_ASK_REPAIR_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/message.h"

namespace attune {

// Of a wrong answer the model is shown so many bytes again; it has the question still, so that more says little.
inline constexpr size_t kMaxRepairedAnswerBytes = 16 << 10;

// Appends the answer as the assistant's turn and a user's turn that asks for a correct one. `failure` is that of
// ResponseSchema::Check.
void AddRepairTurns(std::string_view answer, const absl::Status& failure, std::vector<Message>& messages);

}  // namespace attune

#endif  // ATTUNE_ASK_REPAIR_H_
