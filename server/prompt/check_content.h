// Sizes, names and ranges of a prompt's content: everything but the templates and the schema themselves.
#ifndef ATTUNE_PROMPT_CHECK_CONTENT_H_
#define ATTUNE_PROMPT_CHECK_CONTENT_H_

#include "absl/status/status.h"
#include "prompt/prompt.h"

namespace attune {

// INVALID_ARGUMENT; reasons: see CompiledPrompt::Compile.
absl::Status CheckContent(const PromptContent& content);

}  // namespace attune

#endif  // ATTUNE_PROMPT_CHECK_CONTENT_H_
