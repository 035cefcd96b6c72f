// A sleeper whose sleeps take no time: the fake clock jumps.
#ifndef ATTUNE_TESTS_FAKES_FAKE_SLEEPER_H_
#define ATTUNE_TESTS_FAKES_FAKE_SLEEPER_H_

#include <vector>

#include "base/sleep.h"
#include "tests/fakes/fake_clock.h"

namespace attune {

// For one coroutine at a time.
class FakeSleeper final : public Sleeper {
 public:
  explicit FakeSleeper(FakeClock& clock) : clock_(clock) {}

  asio::awaitable<absl::Status> Sleep(absl::Duration time) const override {
    sleeps_.push_back(time);
    clock_.Advance(time);
    co_return result;
  }
  const std::vector<absl::Duration>& sleeps() const { return sleeps_; }

  absl::Status result;

 private:
  FakeClock& clock_;
  mutable std::vector<absl::Duration> sleeps_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAKE_SLEEPER_H_
