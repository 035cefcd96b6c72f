// Embeds any number of texts by asking another embedder for them in batches.
//
//   auto vendor = std::make_unique<VendorEmbed>(…);
//   const EmbedLimits limits = vendor->limits();
//   auto retry = std::make_unique<RetryEmbedder>(std::move(vendor), …);  // so that one batch alone is asked for again
//   BatchEmbedder embedder("openai", std::move(retry), limits);
#ifndef ATTUNE_PROVIDER_BATCH_EMBEDDER_H_
#define ATTUNE_PROVIDER_BATCH_EMBEDDER_H_

#include <memory>
#include <string>
#include <utility>

#include "provider/embed_limits.h"
#include "provider/embedder.h"

namespace attune {

// One batch after the other, so that a call never holds more than one request and one answer beside its vectors; who
// wants several in flight makes several calls. A bad text is refused before anything is sent. The first batch that
// fails ends the call, and its error names the batch in its metadata (`texts`, as "100-199") if there are several.
// Usage is the sum, and unknown if one batch came without.
class BatchEmbedder final : public Embedder {
 public:
  // `name` is the vendor's, for errors.
  BatchEmbedder(std::string name, std::unique_ptr<Embedder> inner, EmbedLimits limits)
      : name_(std::move(name)), inner_(std::move(inner)), limits_(limits) {}

  // Errors of its own: INTERNAL (PROVIDER_GARBAGE) when the dimension changes from one batch to the next.
  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;

 private:
  absl::Status Append(Embeddings batch, size_t texts, Embeddings& all) const;

  const std::string name_;
  const std::unique_ptr<Embedder> inner_;
  const EmbedLimits limits_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_BATCH_EMBEDDER_H_
