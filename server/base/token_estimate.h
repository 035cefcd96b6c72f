// How many input tokens a prompt is likely to have. Vendors count differently; this estimate is the same everywhere, so
// that a budget means the same for every model: one token for each 4 bytes of text or part of it, and 4 a message.
#ifndef ATTUNE_BASE_TOKEN_ESTIMATE_H_
#define ATTUNE_BASE_TOKEN_ESTIMATE_H_

#include <cstdint>
#include <vector>

#include "base/message.h"

namespace attune {

inline constexpr int64_t kBytesPerToken = 4;
inline constexpr int64_t kTokensPerMessage = 4;  // role and delimiters

int64_t EstimateTokens(const Message& message);
int64_t EstimateTokens(const std::vector<Message>& messages);

}  // namespace attune

#endif  // ATTUNE_BASE_TOKEN_ESTIMATE_H_
