// Asks for the same embeddings again when the failure is of the kind that passes.
#ifndef ATTUNE_PROVIDER_RETRY_EMBEDDER_H_
#define ATTUNE_PROVIDER_RETRY_EMBEDDER_H_

#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/sleep.h"
#include "provider/embedder.h"
#include "provider/retry_wait.h"

namespace attune {

// By the rule of RetryProvider (retry.h): the request's deadline holds for all attempts together, and a failure tells
// in its metadata (`attempts`) how many there were, if more than one.
class RetryEmbedder final : public Embedder {
 public:
  // Clock, sleeper and jitter must outlive it.
  RetryEmbedder(std::unique_ptr<Embedder> inner, RetryPolicy policy, const Clock& clock, const Sleeper& sleeper,
                Jitter& jitter)
      : inner_(std::move(inner)), policy_(policy), clock_(clock), sleeper_(sleeper), jitter_(jitter) {}

  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;

 private:
  const std::unique_ptr<Embedder> inner_;
  const RetryPolicy policy_;
  const Clock& clock_;
  const Sleeper& sleeper_;
  Jitter& jitter_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_RETRY_EMBEDDER_H_
