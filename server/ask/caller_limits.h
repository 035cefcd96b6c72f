// Limits on what one caller may use in a while: requests, tokens and money. What a call may take at most is reserved
// when it is admitted and corrected when it has ended, so that calls at the same time cannot slip past together.
#ifndef ATTUNE_ASK_CALLER_LIMITS_H_
#define ATTUNE_ASK_CALLER_LIMITS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/request.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/mutex.h"

namespace attune {

// Whose use is counted together: that of each AskRequest.user, of each value of one of the request's labels, or of all
// callers.
struct LimitScope {
  enum class Kind { kUser, kLabel, kAll };
  Kind kind = Kind::kAll;
  std::string label;  // for kLabel
  friend bool operator==(const LimitScope&, const LimitScope&) = default;
};

// In any span of `window`; an amount that is not set is not limited.
struct CallerLimit {
  std::string name;  // for errors
  LimitScope scope;
  absl::Duration window = absl::Minutes(1);
  std::optional<int64_t> requests;
  std::optional<int64_t> tokens;  // of prompts and answers
  std::optional<Money> cost;      // answers in other currencies, and those whose price is unknown, do not count
  friend bool operator==(const CallerLimit&, const CallerLimit&) = default;
};

inline constexpr size_t kMaxLimitedCallers = 1'000'000;  // of one limit, in two windows; further ones are refused

// What one call uses.
struct CallUse {
  int64_t tokens = 0;
  Money cost;
};

// Each window is counted in two halves of a sliding one: what was used in the current span, and the part of the span
// before it that the window still covers, as if that had been spread evenly (Cloudflare, "How we built rate limiting
// capable of scaling to millions of domains", 2017). Thread-safe.
class CallerLimits {
 private:
  class Counter;
  using Counters = std::vector<std::shared_ptr<Counter>>;

 public:
  // A call that was admitted. Unless it is settled all that was reserved stays used: the call was cut off, and nobody
  // knows what it took.
  class Reservation {
   public:
    Reservation() = default;
    // What the call took in truth; more than was reserved counts, too.
    void Settle(const CallUse& used);

   private:
    friend class CallerLimits;
    struct Part {
      std::shared_ptr<Counter> counter;
      std::string caller;
      int64_t span = 0;  // that the reservation was made in
    };
    CallUse reserved_;
    std::vector<Part> parts_;
  };

  explicit CallerLimits(const Clock& clock) : clock_(clock) {}

  // In place of the limits before; counts go on where a limit has stayed as it was.
  void Set(const std::vector<CallerLimit>& limits);

  // RESOURCE_EXHAUSTED (CALLER_LIMIT with QuotaFailure and RetryInfo; metadata `limit`): nothing is reserved then.
  absl::StatusOr<Reservation> Reserve(const AskRequest& request, const CallUse& most);

 private:
  std::shared_ptr<const Counters> counters() const;

  const Clock& clock_;
  mutable Mutex mutex_;
  std::shared_ptr<const Counters> counters_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const Counters>();
};

}  // namespace attune

#endif  // ATTUNE_ASK_CALLER_LIMITS_H_
