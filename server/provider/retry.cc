#include "provider/retry.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "provider/attempts.h"

namespace attune {

std::optional<absl::Duration> RetryProvider::WaitAfter(const absl::Status& failure, int32_t attempt,
                                                       absl::Time deadline) {
  if (attempt >= policy_.retries || !IsWorthRetry(failure)) return std::nullopt;
  const absl::Duration asked = VendorWait(failure).value_or(absl::ZeroDuration());
  if (asked > policy_.longest_vendor_wait) return std::nullopt;
  const int32_t doublings = std::min(attempt, 30);
  const absl::Duration most = std::min(policy_.longest, policy_.first * (int64_t{1} << doublings));
  const absl::Duration wait = std::max(asked, jitter_.Next() * most);
  if (clock_.Now() + wait >= deadline) return std::nullopt;
  return wait;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> RetryProvider::Generate(const ModelRequest& request, TextSink* sink) {
  WatchedSink watched(sink);
  int32_t before = 0;
  for (int32_t attempt = 0;; ++attempt) {
    absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, watched.get());
    std::optional<absl::Duration> wait;
    if (!outcome.ok() && !watched.passed()) wait = WaitAfter(outcome.status(), attempt, request.deadline);
    if (!wait) co_return AddAttempts(std::move(outcome), before);
    before += AttemptsOf(outcome);
    ATTUNE_CO_RETURN_IF_ERROR(co_await sleeper_.Sleep(*wait));
  }
}

}  // namespace attune
