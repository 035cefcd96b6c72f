// A prompt's content, checked and with its templates parsed: made once for each version, used by every request.
#ifndef ATTUNE_PROMPT_COMPILED_PROMPT_H_
#define ATTUNE_PROMPT_COMPILED_PROMPT_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "prompt/prompt.h"
#include "prompt/response_schema.h"
#include "prompt/template.h"

namespace attune {

inline constexpr size_t kMaxPromptMessages = 64;
inline constexpr size_t kMaxTemplateBytes = 1 << 20;  // of one message
inline constexpr size_t kMaxPromptVariables = 64;

// Immutable, shared by pointer.
class CompiledPrompt {
 public:
  struct Turn {
    Role role;
    Template text;
  };

  // Every check of a prompt's content. INVALID_ARGUMENT (NO_MESSAGES, TOO_LARGE, BAD_TEMPLATE, UNDECLARED_VARIABLE,
  // BAD_VARIABLE, BAD_PARAMETER, BAD_FEW_SHOT, BAD_SCHEMA), each with the field's path below "prompt".
  static absl::StatusOr<std::shared_ptr<const CompiledPrompt>> Compile(PromptContent content);

  const PromptContent& content() const { return content_; }
  const std::vector<Turn>& turns() const { return turns_; }
  // Index of the turn that asks the question: the last user message. turns().size() if there is none: then the input
  // itself is the question.
  size_t question() const { return question_; }
  bool uses_input() const { return uses_input_; }
  // Of the answers; nullptr: free text.
  const std::shared_ptr<const ResponseSchema>& response_schema() const { return response_schema_; }
  // The declared variable, or nullptr.
  const Variable* FindVariable(std::string_view name) const;

 private:
  absl::Status ParseTurns();
  absl::Status CheckUses(const Template& text, std::string_view field);
  absl::Status CheckPlacement() const;
  absl::Status CheckFixedText() const;

  PromptContent content_;
  std::vector<Turn> turns_;
  size_t question_ = 0;
  std::shared_ptr<const ResponseSchema> response_schema_;
  bool uses_input_ = false;
  bool uses_examples_ = false;
};

}  // namespace attune

#endif  // ATTUNE_PROMPT_COMPILED_PROMPT_H_
