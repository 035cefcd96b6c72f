// How much memory the log-probabilities of an answer take: many times that of its text.
#ifndef ATTUNE_BASE_LOGPROB_BYTES_H_
#define ATTUNE_BASE_LOGPROB_BYTES_H_

#include <cstddef>
#include <vector>

#include "base/message.h"

namespace attune {

// Roughly.
inline size_t LogprobBytes(const std::vector<TokenLogprob>& logprobs) {
  size_t bytes = 0;
  for (const TokenLogprob& token : logprobs) {
    bytes += sizeof(token) + token.token.size();
    for (const auto& alternative : token.top) bytes += sizeof(alternative) + alternative.first.size();
  }
  return bytes;
}

}  // namespace attune

#endif  // ATTUNE_BASE_LOGPROB_BYTES_H_
