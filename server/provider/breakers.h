// Which models of a vendor fail so often that they are better not asked for a while: circuit breakers, one a model.
//
//   Breakers::Passage passage;
//   ATTUNE_CO_RETURN_IF_ERROR(breakers.Enter(model, passage));
//   ... ask ...
//   passage.End(outcome.status());
#ifndef ATTUNE_PROVIDER_BREAKERS_H_
#define ATTUNE_PROVIDER_BREAKERS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "provider/gauges.h"

namespace attune {

struct BreakerPolicy {
  // Opens when, of the calls that ended within `window`, at least `min_calls`, this share failed. The window slides by
  // half of its length.
  absl::Duration window = absl::Seconds(10);
  int32_t min_calls = 20;
  double failures = 0.5;
  // For so long. Then one call is let through as a probe: its success closes the breaker, its failure opens it again. A
  // probe that has decided nothing after as long again makes way for another one.
  absl::Duration open = absl::Seconds(10);
  // A vendor that limits the rate and asks for at least so long a wait is not asked during it; shorter waits are left
  // to the retries.
  absl::Duration early_open = absl::Seconds(5);
  absl::Duration longest_early_open = absl::Minutes(1);
  // A call whose deadline, or that of its first text, came after so long failed, too: a vendor that hangs would else
  // never be found out. One that was in more of a hurry tells nothing.
  absl::Duration fair_time = absl::Seconds(10);
};

inline constexpr size_t kMaxBreakers = 1'024;  // models of one vendor that are watched; further ones are not

// One breaker a model. Closed: calls pass and are counted. Open: calls get UNAVAILABLE (BREAKER_OPEN) with RetryInfo at
// once. Half open: so do all but the one probe. While a vendor's rate limit holds calls get what the vendor would say:
// RESOURCE_EXHAUSTED (PROVIDER_RATE_LIMIT), which is worth a retry. Only what a vendor in ill health does counts as a
// failure: rate limits, cancelled calls and refused requests count neither way, but a refusal of a probe shows good
// health. Thread-safe.
class Breakers final : public GaugeSource {
 public:
  // One call on its way, from a successful Enter until End. If it goes without, as when something throws, it says
  // nothing of the vendor's health; if it was the probe, another one may try. The Breakers must outlive it.
  class Passage {
   public:
    Passage() = default;
    ~Passage() { End(absl::CancelledError("")); }
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;

    // With what came of the call; once.
    void End(const absl::Status& outcome) {
      if (breakers_ != nullptr) std::exchange(breakers_, nullptr)->Leave(*this, outcome);
    }

   private:
    friend class Breakers;
    Breakers* breakers_ = nullptr;
    std::string model_;
    absl::Time began_;
    bool probe_ = false;
  };

  // `clock` must outlive it. `name` is the vendor's, `way_out` what a caller may do beside waiting: both for errors.
  Breakers(std::string name, std::string way_out, BreakerPolicy policy, const Clock& clock)
      : name_(std::move(name)), way_out_(std::move(way_out)), policy_(policy), clock_(clock) {}

  // OK: the call may go on, and `passage`, which must be fresh, has begun.
  absl::Status Enter(const std::string& model, Passage& passage);
  // The state of each model that is watched.
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  enum class Health { kGood, kIll, kUnknown };
  struct Counts {
    int32_t calls = 0, failed = 0;
  };
  struct Breaker {
    absl::Time half_start;  // of the newer half of the window
    Counts newer, older;
    absl::Time open_until = absl::InfinitePast();  // InfinitePast: closed
    absl::Time probe_until = absl::InfinitePast();
    absl::Time limited_until = absl::InfinitePast();

    bool closed() const { return open_until == absl::InfinitePast(); }
  };

  absl::Status Admit(const std::string& model, absl::Time now, bool& probe);
  void Leave(const Passage& passage, const absl::Status& outcome);
  Health HealthOf(const absl::Status& outcome, absl::Duration time) const;
  void Count(Breaker& breaker, absl::Time now, bool failed) const;
  // The breaker of a model; nullptr: there is no room for it.
  Breaker* Find(const std::string& model, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Open(const std::string& model, absl::Duration wait) const;
  absl::Status Limited(const std::string& model, absl::Duration wait) const;

  const std::string name_;
  const std::string way_out_;
  const BreakerPolicy policy_;
  const Clock& clock_;
  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Breaker> breakers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_BREAKERS_H_
