#include "provider/retry.h"

#include <optional>
#include <utility>

#include "provider/attempts.h"

namespace attune {

asio::awaitable<absl::StatusOr<ModelAnswer>> RetryProvider::Generate(const ModelRequest& request, TextSink* sink) {
  WatchedSink watched(sink);
  int32_t before = 0;
  for (int32_t attempt = 0;; ++attempt) {
    absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, watched.get());
    std::optional<absl::Duration> wait;
    if (!outcome.ok() && !watched.passed()) {
      wait = RetryWait(policy_, outcome.status(), attempt, request.BeginBy() - clock_.Now(), request.patience,
                       jitter_.Next());
    }
    if (!wait) co_return AddAttempts(std::move(outcome), before);
    before += AttemptsOf(outcome);
    const absl::Status slept = co_await sleeper_.Sleep(*wait);
    if (!slept.ok()) co_return CallerLeft(before);
  }
}

}  // namespace attune
