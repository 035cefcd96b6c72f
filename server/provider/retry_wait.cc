#include "provider/retry_wait.h"

#include <algorithm>

#include "provider/attempts.h"

namespace attune {

std::optional<absl::Duration> RetryWait(const RetryPolicy& policy, const absl::Status& failure, int32_t attempt,
                                        absl::Duration remaining, absl::Duration patience, double draw) {
  if (attempt >= policy.retries || !IsWorthRetry(failure)) return std::nullopt;
  const absl::Duration asked = VendorWait(failure).value_or(absl::ZeroDuration());
  if (asked > std::min(policy.longest_vendor_wait, patience)) return std::nullopt;
  const int32_t doublings = std::min(attempt, 30);
  const absl::Duration most = std::min(policy.longest, policy.first * (int64_t{1} << doublings));
  const absl::Duration wait = asked + draw * most;  // on top, so that all who were told the same come back apart
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace attune
