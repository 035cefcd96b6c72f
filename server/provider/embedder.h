// An embedding model as a seam: texts in, one vector a text out.
#ifndef ATTUNE_PROVIDER_EMBEDDER_H_
#define ATTUNE_PROVIDER_EMBEDDER_H_

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/message.h"
#include "base/trace.h"

namespace attune {

struct EmbedRequest {
  std::string model;                    // the vendor's own name: "text-embedding-3-small"
  std::vector<std::string_view> texts;  // UTF-8, none empty; their bytes must outlive the call
  std::optional<int32_t> dimensions;    // of each vector, for models that can shorten theirs; unset: the model's own
  absl::Time deadline = absl::InfiniteFuture();
  std::shared_ptr<const TraceScope> trace = nullptr;  // what the call belongs to; null: nothing
};

struct Embeddings {
  std::vector<std::vector<float>>
      vectors;           // in the order of the texts, all of one dimension, of length 1: a product is the cosine
  std::string model;     // as the vendor named it; may be empty
  Usage usage;           // input tokens only
  int32_t attempts = 1;  // calls of the vendor that it took, failed ones included
};

// One object serves all I/O threads; Embed keeps all of a call's state in its own frame.
class Embedder {
 public:
  virtual ~Embedder() = default;

  // All the vectors or an error. Without texts there is nothing to ask, and the answer is empty. Cancelling the
  // coroutine cancels the call down to the socket. `request` must outlive the call.
  //
  // Errors: those of Provider::Generate, of which INTERNAL (PROVIDER_GARBAGE) is also for vectors that are missing, too
  // many, of mixed dimension or not finite; INVALID_ARGUMENT (EMPTY_TEXT and TEXT_TOO_LONG with metadata `index`,
  // BAD_DIMENSIONS).
  virtual asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) = 0;

  // False: there is surely no such model. Vendors are not asked, so that theirs may all be there.
  virtual bool MayKnow(std::string_view /*model*/) const { return true; }
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBEDDER_H_
