#include "provider/retry_wait.h"

#include <algorithm>

#include "provider/attempts.h"

namespace attune {

std::optional<absl::Duration> RetryWait(const RetryPolicy& policy, const absl::Status& failure, int32_t attempt,
                                        absl::Duration remaining, double draw) {
  if (attempt >= policy.retries || !IsWorthRetry(failure)) return std::nullopt;
  const absl::Duration asked = VendorWait(failure).value_or(absl::ZeroDuration());
  if (asked > policy.longest_vendor_wait) return std::nullopt;
  const int32_t doublings = std::min(attempt, 30);
  const absl::Duration most = std::min(policy.longest, policy.first * (int64_t{1} << doublings));
  const absl::Duration wait = std::max(asked, draw * most);
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace attune
