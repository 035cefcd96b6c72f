#include "provider/batch_embedder.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"
#include "provider/vendor_errors.h"

namespace attune {
namespace {

// How long the vectors will be, as far as it is known.
size_t LikelyDimension(const EmbedRequest& request, const Embeddings& so_far) {
  if (!so_far.vectors.empty()) return so_far.vectors.front().size();
  return static_cast<size_t>(request.dimensions.value_or(kLikelyDimensions));
}

void AddUsage(const Usage& batch, Usage& all) {
  all.reported &= batch.reported;
  all.input_tokens += batch.input_tokens;
  all.cached_input_tokens += batch.cached_input_tokens;
}

// The failure of the batch from `begin` to before `end`, after calls for the batches before it.
absl::Status BatchFailure(absl::Status failure, size_t begin, size_t end, size_t texts, int32_t calls) {
  failure = AddAttempts(std::move(failure), calls);
  if (end - begin == texts || ErrorReason(failure).empty()) return failure;
  return WithMetadata(std::move(failure), "texts", StrCat(begin, "-", end - 1));
}

}  // namespace

absl::Status BatchEmbedder::Append(Embeddings batch, size_t texts, Embeddings& all) const {
  VendorOptions options;
  options.name = name_;
  if (batch.vectors.size() != texts) {
    return VendorGarbage(options, 0, StrCat("it holds ", batch.vectors.size(), " vectors for ", texts, " texts"));
  }
  const size_t dimension = batch.vectors.front().size();
  if (!all.vectors.empty() && all.vectors.front().size() != dimension) {
    return VendorGarbage(options, 0,
                         StrCat("vectors of ", dimension, " numbers after ones of ", all.vectors.front().size()));
  }
  std::move(batch.vectors.begin(), batch.vectors.end(), std::back_inserter(all.vectors));
  AddUsage(batch.usage, all.usage);
  all.attempts += batch.attempts;
  if (!batch.model.empty()) all.model = std::move(batch.model);
  return absl::OkStatus();
}

asio::awaitable<absl::StatusOr<Embeddings>> BatchEmbedder::Embed(const EmbedRequest& request) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckEmbedRequest(request, limits_));
  const auto& texts = request.texts;
  Embeddings all;
  all.attempts = 0;
  all.usage.reported = !texts.empty();
  all.vectors.reserve(texts.size());
  EmbedRequest batch{.model = request.model,
                     .texts = {},
                     .dimensions = request.dimensions,
                     .deadline = request.deadline,
                     .trace = request.trace};
  for (size_t begin = 0, end = 0; begin < texts.size(); begin = end) {
    end = BatchEnd(texts, begin, LikelyDimension(request, all), limits_);
    batch.texts.assign(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                       texts.begin() + static_cast<std::ptrdiff_t>(end));
    absl::StatusOr<Embeddings> outcome = co_await inner_->Embed(batch);
    absl::Status status = outcome.status();
    if (status.ok()) status = Append(*std::move(outcome), end - begin, all);
    if (!status.ok()) co_return BatchFailure(std::move(status), begin, end, texts.size(), all.attempts);
  }
  co_return all;
}

}  // namespace attune
