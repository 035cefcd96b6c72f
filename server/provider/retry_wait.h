// When a call that failed is made again, and after what wait: the rule that all decorators that ask again go by. Pure.
#ifndef ATTUNE_PROVIDER_RETRY_WAIT_H_
#define ATTUNE_PROVIDER_RETRY_WAIT_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace attune {

struct RetryPolicy {
  int32_t retries = 2;  // after the first attempt
  // The wait before retry k (from 0) is drawn evenly from 0 to min(longest, first * 2^k): "full jitter", which spreads
  // callers best (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
  absl::Duration first = absl::Milliseconds(500);
  absl::Duration longest = absl::Seconds(8);
  // A vendor that asks for a longer wait is not waited for.
  absl::Duration longest_vendor_wait = absl::Seconds(60);
};

// How long to wait after this failure of attempt `attempt` (from 0), at least as long as the vendor asked for; nullopt:
// the failure is final, because it is not of the kind that passes, or the wait would not end before the deadline, which
// is `remaining` away, or the vendor asks for more than `patience`. `draw` is evenly drawn from 0 to 1.
std::optional<absl::Duration> RetryWait(const RetryPolicy& policy, const absl::Status& failure, int32_t attempt,
                                        absl::Duration remaining, absl::Duration patience, double draw);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_RETRY_WAIT_H_
