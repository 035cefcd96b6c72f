// Sends a vendor no call that it has already said it would refuse: the rate limits that it tells with each answer are
// obeyed ahead of time.
#ifndef ATTUNE_PROVIDER_THROTTLE_H_
#define ATTUNE_PROVIDER_THROTTLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/jitter.h"
#include "base/mutex.h"
#include "base/sleep.h"
#include "provider/gauges.h"
#include "provider/provider.h"

namespace attune {

// What is left is what the latest answer told, less what was sent after the call that it answers. It grows evenly up to
// the full limit at the reset, as in a leaky bucket; without a limit's size, all at once at the reset. When requests or
// tokens are used up, calls wait, spread a little, if their deadlines allow it; a call that cannot wait is refused at
// once, so that another model may be asked: RESOURCE_EXHAUSTED (PROVIDER_BUSY with RetryInfo), or CANCELLED. Each model
// is apart. Thread-safe.
class ThrottleProvider final : public Provider, public GaugeSource {
 public:
  static constexpr absl::Duration kLongestWait = absl::Minutes(1);
  static constexpr int32_t kMaxWaiting = 10'000;  // calls of a vendor; more are refused
  static constexpr size_t kMaxModels = 1'024;     // of a vendor, whose limits are known; those of others are not heeded

  // Clock, sleeper and jitter must outlive it. `name` is the vendor's, for errors.
  ThrottleProvider(std::string name, std::unique_ptr<Provider> inner, const Clock& clock, const Sleeper& sleeper,
                   Jitter& jitter)
      : name_(std::move(name)), inner_(std::move(inner)), clock_(clock), sleeper_(sleeper), jitter_(jitter) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
  // Calls that wait, of all models together.
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  struct Budget {
    int64_t sent = 0;  // in all
    double left = 0;   // at `as_of`, from when on it grows by `rate` a second
    double rate = 0;
    absl::Time as_of, reset = absl::InfinitePast();  // after the reset what is left is unknown

    // Zero: so much may be sent at once.
    absl::Duration WaitFor(int64_t need, absl::Time now) const;
    void Spend(int64_t need);
    void Learn(const std::optional<RateLimits::Left>& told, int64_t sent_then, absl::Time now);
  };
  struct Budgets {
    Budget requests, tokens;
  };
  // Where a call stood among all that was sent.
  struct Ticket {
    int64_t requests = 0, tokens = 0;
  };

  // Zero: it may go, and is counted. Else how long until it may.
  absl::Duration Enter(const std::string& model, int64_t tokens, absl::Time now, Ticket& ticket);
  void Learn(const std::string& model, const RateLimits& limits, const Ticket& ticket);
  bool BeginWait();
  void EndWait();
  absl::Status UsedUp(const std::string& model, absl::Duration wait) const;

  const std::string name_;
  const std::unique_ptr<Provider> inner_;
  const Clock& clock_;
  const Sleeper& sleeper_;
  Jitter& jitter_;
  mutable Mutex mutex_;
  int32_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Budgets> models_ ABSL_GUARDED_BY(mutex_);  // only those whose vendor tells limits
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_THROTTLE_H_
