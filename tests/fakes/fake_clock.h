// Time that moves only when a test says so.
#ifndef ATTUNE_TESTS_FAKES_FAKE_CLOCK_H_
#define ATTUNE_TESTS_FAKES_FAKE_CLOCK_H_

#include "base/clock.h"
#include "base/mutex.h"

namespace attune {

// Safe to call from any thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000)) : now_(now) {}

  absl::Time Now() const override {
    MutexLock lock(mutex_);
    return now_;
  }

  void Advance(absl::Duration by) {
    MutexLock lock(mutex_);
    now_ += by;
  }

  void Set(absl::Time now) {
    MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAKE_CLOCK_H_
