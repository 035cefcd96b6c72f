// Coroutines that wait for something that another thread will announce. The owner's mutex decides who waits; each
// waiter sleeps on a timer of its own executor, so waiting costs no thread and ends at its deadline.
//
//   std::shared_ptr<WaitList::Waiter> waiter;
//   { MutexLock lock(mutex_); if (!ready_) waiter = waiters_.Add(executor, deadline); }
//   if (waiter != nullptr) co_await waiter->Wait();    // then look again under the lock
#ifndef ATTUNE_BASE_WAIT_LIST_H_
#define ATTUNE_BASE_WAIT_LIST_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "absl/time/time.h"

namespace attune {

// Guarded by its owner's mutex.
class WaitList {
 public:
  class Waiter {
   public:
    // `remaining` may be infinite.
    Waiter(const asio::any_io_executor& executor, absl::Duration remaining);
    // Until WakeAll, the end of the time, or the cancellation of the coroutine. Await at once, on the executor given.
    asio::awaitable<void> Wait();

   private:
    friend class WaitList;
    asio::steady_timer timer_;
  };

  std::shared_ptr<Waiter> Add(const asio::any_io_executor& executor, absl::Duration remaining);
  // Wakes one that its owner keeps by itself; its executor must still run or be able to be posted to. Without memory
  // for that it sleeps on to the end of its time.
  static void Wake(std::shared_ptr<Waiter> waiter) noexcept;
  // Wakes all and forgets them; their executors must still run or be able to be posted to.
  void WakeAll() noexcept;
  // Forgets one that is no longer waiting.
  void Remove(const std::shared_ptr<Waiter>& waiter);
  bool empty() const { return waiters_.empty(); }

 private:
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_WAIT_LIST_H_
