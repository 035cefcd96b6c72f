// The prompt that every catalog begins with, so that nothing must be configured before the first question.
#ifndef ATTUNE_MANAGE_DEFAULT_PROMPT_H_
#define ATTUNE_MANAGE_DEFAULT_PROMPT_H_

#include <cstdint>

#include "attune/store/v1/commit.pb.h"

namespace attune {

// Revision 1: version 1 of the prompt `default` over the dataset `default`, LEXICAL with k = 4.
store::v1::Commit DefaultPromptCommit(int64_t time_us);

}  // namespace attune

#endif  // ATTUNE_MANAGE_DEFAULT_PROMPT_H_
