#include "provider/retry_embedder.h"

#include <optional>

#include "base/error.h"
#include "provider/attempts.h"

namespace attune {

asio::awaitable<absl::StatusOr<Embeddings>> RetryEmbedder::Embed(const EmbedRequest& request) {
  int32_t before = 0;
  for (int32_t attempt = 0;; ++attempt) {
    absl::StatusOr<Embeddings> outcome = co_await inner_->Embed(request);
    std::optional<absl::Duration> wait;
    if (!outcome.ok()) {
      wait = RetryWait(policy_, outcome.status(), attempt, request.deadline - clock_.Now(), absl::InfiniteDuration(),
                       jitter_.Next());
    }
    if (!wait) co_return AddAttempts(std::move(outcome), before);
    before += AttemptsOf(outcome);
    ATTUNE_CO_RETURN_IF_ERROR(co_await sleeper_.Sleep(*wait));
  }
}

}  // namespace attune
