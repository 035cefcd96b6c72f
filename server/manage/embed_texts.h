// Many texts to vectors, where single ones may be refused.
#ifndef ATTUNE_MANAGE_EMBED_TEXTS_H_
#define ATTUNE_MANAGE_EMBED_TEXTS_H_

#include <asio/awaitable.hpp>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/embedder.h"

namespace attune {

inline constexpr int kMostRefusedAtFirst = 3;  // texts; if none was taken before, it is not the texts

struct EmbeddedTexts {
  std::vector<std::vector<float>> vectors;  // in the order of the texts; empty: the model refused this one
  absl::Status refusal;                     // why; OK: it took all
  int64_t input_tokens = 0;                 // of all calls whose provider told them
};

// When the model refuses a request (INVALID_ARGUMENT), its halves are asked for apart, until the texts that it does not
// take are found. Errors: those of Embedder::Embed; the refusal itself if all that it was asked for in the beginning
// was refused: then the cause is the model's name or the dimensions. `embedder` and what the texts refer to must
// outlive the call.
asio::awaitable<absl::StatusOr<EmbeddedTexts>> EmbedTexts(Embedder& embedder, EmbedRequest request);

}  // namespace attune

#endif  // ATTUNE_MANAGE_EMBED_TEXTS_H_
