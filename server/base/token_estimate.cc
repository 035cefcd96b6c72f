#include "base/token_estimate.h"

namespace attune {

int64_t EstimateTokens(const Message& message) {
  return kTokensPerMessage + (static_cast<int64_t>(message.content.size()) + kBytesPerToken - 1) / kBytesPerToken;
}

int64_t EstimateTokens(const std::vector<Message>& messages) {
  int64_t tokens = 0;
  for (const Message& message : messages) tokens += EstimateTokens(message);
  return tokens;
}

}  // namespace attune
