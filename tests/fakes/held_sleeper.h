// A sleeper whose sleeps end when the test says so, or are cancelled.
#ifndef ATTUNE_TESTS_FAKES_HELD_SLEEPER_H_
#define ATTUNE_TESTS_FAKES_HELD_SLEEPER_H_

#include <vector>

#include "base/mutex.h"
#include "base/sleep.h"
#include "tests/fakes/gate.h"

namespace attune {

// Any thread.
class HeldSleeper final : public Sleeper {
 public:
  asio::awaitable<absl::Status> Sleep(absl::Duration time) const override {
    Note(time);
    co_await gate_.Pass();
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return absl::CancelledError("woken");
    co_return absl::OkStatus();
  }
  // Ends the sleeps that go on, and those to come at once.
  void Wake() { gate_.Open(); }
  // How long was asked for, in order.
  std::vector<absl::Duration> sleeps() const {
    MutexLock lock(mutex_);
    return sleeps_;
  }

 private:
  void Note(absl::Duration time) const {
    MutexLock lock(mutex_);
    sleeps_.push_back(time);
  }

  Gate gate_;
  mutable Mutex mutex_;
  mutable std::vector<absl::Duration> sleeps_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_HELD_SLEEPER_H_
