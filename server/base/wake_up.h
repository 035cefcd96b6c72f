// Lets one coroutine wait for what other work of the same thread does.
#ifndef ATTUNE_BASE_WAKE_UP_H_
#define ATTUNE_BASE_WAKE_UP_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <chrono>

namespace attune {

// One waiter at a time; all calls on the executor's one thread.
class WakeUp {
 public:
  explicit WakeUp(const asio::any_io_executor& executor) : timer_(executor) {}

  // Ends the wait, or else the next one.
  void Notify() {
    notified_ = true;
    timer_.cancel();
  }

  // Until Notify, the end of the time, or the cancellation of the coroutine: look again afterwards.
  asio::awaitable<void> Wait(std::chrono::milliseconds longest = std::chrono::hours(1)) {
    if (!notified_) {
      timer_.expires_after(longest);
      asio::error_code woken;  // a wake-up is a cancelled timer
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    notified_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool notified_ = false;
};

}  // namespace attune

#endif  // ATTUNE_BASE_WAKE_UP_H_
