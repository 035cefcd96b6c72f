// How many tokens a text will be, roughly. Providers count exactly, each in its own way; a budget needs a number before.
#ifndef ATTUNE_PROMPT_TOKEN_ESTIMATE_H_
#define ATTUNE_PROMPT_TOKEN_ESTIMATE_H_

#include <cstdint>
#include <vector>

#include "base/message.h"

namespace attune {

inline constexpr int64_t kBytesPerToken = 4;
inline constexpr int64_t kTokensPerMessage = 4;  // role and separators

inline int64_t EstimateTokens(const Message& message) {
  return (static_cast<int64_t>(message.content.size()) + kBytesPerToken - 1) / kBytesPerToken + kTokensPerMessage;
}

inline int64_t EstimateTokens(const std::vector<Message>& messages) {
  int64_t tokens = 0;
  for (const Message& message : messages) tokens += EstimateTokens(message);
  return tokens;
}

}  // namespace attune

#endif  // ATTUNE_PROMPT_TOKEN_ESTIMATE_H_
