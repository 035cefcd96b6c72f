// From a prompt, a question and the examples chosen for it to the messages that the model gets. Pure.
#ifndef ATTUNE_PROMPT_BUILD_PROMPT_H_
#define ATTUNE_PROMPT_BUILD_PROMPT_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/message.h"
#include "dataset/selection.h"
#include "prompt/compiled_prompt.h"

namespace attune {

// What a request brings. Refers to the request, which must outlive it.
struct PromptInputs {
  std::string_view input;
  const StringMap& variables;
  const std::vector<Message>& history;
  double token_ratio = 1;  // tokens of the model for each estimated one, for the budget
};

inline constexpr size_t kMaxPromptBytes = 16 << 20;  // of all messages together

struct BuiltPrompt {
  std::vector<Message> messages;
  std::vector<ScoredExample> examples;  // shown, in the order shown; they refer to the dataset
  int32_t dropped_examples = 0;         // chosen, but over the token budget
  int64_t plain_input_tokens = 0;       // base/token_estimate.h
  int64_t estimated_input_tokens = 0;   // the same times the ratio
};

// Order: the messages before the question, as they stand (so that a provider's prompt cache hits); the examples; the
// history; the question; what stands after it. An example's turn is rendered by the question's own template, so that
// both look alike; a variable that an example does not have takes its default there, or is empty. Over max_input_tokens
// or kMaxPromptBytes, examples are dropped, the least relevant first. The ranks of the selection are 0 to its size - 1.
//
// Errors: INVALID_ARGUMENT (MISSING_INPUT, UNDECLARED_VARIABLE, MISSING_VARIABLE, each with its path),
// FAILED_PRECONDITION (PROMPT_TOO_LONG: over a limit without any example).
absl::StatusOr<BuiltPrompt> BuildPrompt(const CompiledPrompt& prompt, const PromptInputs& inputs,
                                        const Selection& selection);

}  // namespace attune

#endif  // ATTUNE_PROMPT_BUILD_PROMPT_H_
