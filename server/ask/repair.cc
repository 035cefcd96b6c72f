#include "ask/repair.h"

#include <string>

#include "ask/streamed_text.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

void AddRepairTurns(std::string_view answer, const absl::Status& failure, std::vector<Message>& messages) {
  // Some vendors refuse an empty turn.
  const std::string shown = answer.empty() ? "(nothing)" : std::string(CutUtf8(answer, kMaxRepairedAnswerBytes));
  messages.push_back({Role::kAssistant, shown});
  messages.push_back({Role::kUser, StrCat("This answer does not conform to the required JSON Schema. At ",
                                          ErrorMetadata(failure, "path"), ": ", ErrorMetadata(failure, "cause"),
                                          ". Answer the question again, with nothing but JSON that conforms.")});
}

}  // namespace attune
