#include "base/wait_list.h"

#include <gtest/gtest.h>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include "base/io_pool.h"
#include "base/mutex.h"

namespace attune {
namespace {

// A flag that coroutines wait for.
class Flag {
 public:
  asio::awaitable<bool> Wait(asio::io_context& io, absl::Duration remaining) {
    std::shared_ptr<WaitList::Waiter> waiter;
    {
      MutexLock lock(mutex_);
      if (set_) co_return true;
      waiter = waiters_.Add(io.get_executor(), remaining);
    }
    co_await waiter->Wait();
    MutexLock lock(mutex_);
    waiters_.Remove(waiter);
    co_return set_;
  }
  void Set() {
    MutexLock lock(mutex_);
    set_ = true;
    waiters_.WakeAll();
  }
  bool Empty() {
    MutexLock lock(mutex_);
    return waiters_.empty();
  }

 private:
  Mutex mutex_;
  bool set_ = false;
  WaitList waiters_;
};

TEST(WaitList, WakesEveryWaiterFromAnotherThread) {
  IoPool pool(2);
  Flag flag;
  std::vector<std::future<bool>> results;
  for (int i = 0; i < 100; ++i) {
    asio::io_context& io = pool.Next();
    results.push_back(asio::co_spawn(io, flag.Wait(io, absl::InfiniteDuration()), asio::use_future));
  }
  flag.Set();
  for (auto& result : results) EXPECT_TRUE(result.get());
  EXPECT_TRUE(flag.Empty());
}

TEST(WaitList, GivesUpAtTheEndOfItsTime) {
  IoPool pool(1);
  Flag flag;
  asio::io_context& io = pool.Next();
  EXPECT_FALSE(asio::co_spawn(io, flag.Wait(io, absl::Milliseconds(1)), asio::use_future).get());
  EXPECT_TRUE(flag.Empty());
}

}  // namespace
}  // namespace attune
