#include "provider/embed_limits.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

absl::Status BadText(std::string_view reason, size_t index, std::string_view what) {
  const std::string field = StrCat("texts[", index, "]");
  return Error(absl::StatusCode::kInvalidArgument, reason)
      .Message(StrCat(field, ": ", what))
      .With("index", static_cast<int64_t>(index))
      .Field(field, what);
}

}  // namespace

absl::Status CheckEmbedRequest(const EmbedRequest& request, const EmbedLimits& limits) {
  if (request.dimensions && (*request.dimensions < 1 || *request.dimensions > kMaxEmbedDimensions)) {
    return BadField("BAD_DIMENSIONS", "dimensions",
                    StrCat("must be 1 to ", kMaxEmbedDimensions, ", not ", *request.dimensions));
  }
  for (size_t i = 0; i < request.texts.size(); ++i) {
    const size_t bytes = request.texts[i].size();
    if (bytes == 0) return BadText("EMPTY_TEXT", i, "is empty, and an empty text has no embedding; leave it out");
    if (bytes > limits.bytes) {
      return BadText("TEXT_TOO_LONG", i,
                     StrCat("has ", bytes, " bytes, and one text may have ", limits.bytes, "; shorten it"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOneBatch(const EmbedRequest& request, const EmbedLimits& limits) {
  size_t bytes = 0;
  for (const std::string_view text : request.texts) bytes += text.size();
  if (request.texts.size() <= limits.texts && bytes <= limits.bytes) return absl::OkStatus();
  return BadField("TOO_MANY_TEXTS", "texts",
                  StrCat("are ", request.texts.size(), " with ", bytes, " bytes, and one request may hold ",
                         limits.texts, " with ", limits.bytes, "; send them in batches"));
}

size_t BatchEnd(const std::vector<std::string_view>& texts, size_t begin, size_t dimensions,
                const EmbedLimits& limits) {
  const size_t most = std::min(limits.texts, limits.numbers / std::max<size_t>(dimensions, 1));
  const size_t last_end = begin + std::clamp<size_t>(most, 1, texts.size() - begin);
  size_t bytes = texts[begin].size();
  size_t end = begin + 1;
  while (end < last_end && texts[end].size() <= limits.bytes - std::min(bytes, limits.bytes)) {
    bytes += texts[end++].size();
  }
  return end;
}

}  // namespace attune
