// What fits one request for embeddings, and where a list of texts is cut into such requests. Pure.
#ifndef ATTUNE_PROVIDER_EMBED_LIMITS_H_
#define ATTUNE_PROVIDER_EMBED_LIMITS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "provider/embedder.h"

namespace attune {

inline constexpr int32_t kMaxEmbedDimensions = 16'384;
// Taken for the dimension of a model that has not answered yet and was not told one: few have more.
inline constexpr size_t kLikelyDimensions = 4'096;

struct EmbedLimits {
  size_t texts = 100;  // of one request
  // Of the texts of one request in sum, and so also of each. No token is shorter than a byte, so a vendor's limit of
  // tokens holds if it is the limit of bytes, whatever its tokens are.
  size_t bytes = 300'000;
  // Of all vectors of one answer: their decimal digits, 24 bytes a number at most, then fit
  // VendorOptions::max_answer_bytes.
  size_t numbers = 1 << 20;
};

// INVALID_ARGUMENT: EMPTY_TEXT, TEXT_TOO_LONG (metadata `index`), BAD_DIMENSIONS.
absl::Status CheckEmbedRequest(const EmbedRequest& request, const EmbedLimits& limits);

// Whether one request may hold all texts; INVALID_ARGUMENT (TOO_MANY_TEXTS).
absl::Status CheckOneBatch(const EmbedRequest& request, const EmbedLimits& limits);

// One past the last text of the longest batch that begins with text `begin`, which must be there: at least one text,
// and as many as the limits allow if their vectors have `dimensions` numbers.
size_t BatchEnd(const std::vector<std::string_view>& texts, size_t begin, size_t dimensions, const EmbedLimits& limits);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBED_LIMITS_H_
