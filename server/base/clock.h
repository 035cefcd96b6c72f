// Time as a seam: production reads the system, tests move a fake by hand (tests/fakes/fake_clock.h).
#ifndef ATTUNE_BASE_CLOCK_H_
#define ATTUNE_BASE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace attune {

// Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace attune

#endif  // ATTUNE_BASE_CLOCK_H_
