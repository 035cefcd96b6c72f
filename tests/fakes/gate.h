// A gate that coroutines wait at until a test opens it: how tests order things without sleeping.
#ifndef ATTUNE_TESTS_FAKES_GATE_H_
#define ATTUNE_TESTS_FAKES_GATE_H_

#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace attune {

// Copies are the same gate. Once open it stays open. Any thread.
class Gate {
 public:
  void Open() {
    std::vector<std::weak_ptr<asio::steady_timer>> waiting;
    {
      MutexLock lock(state_->mutex);
      state_->open = true;
      waiting.swap(state_->waiting);
    }
    for (auto& weak : waiting) {
      if (auto timer = weak.lock()) asio::post(timer->get_executor(), [timer] { timer->cancel(); });
    }
  }

  // Suspends until the gate is open or the coroutine is cancelled.
  asio::awaitable<void> Pass() const {
    const std::shared_ptr<State> state = state_;
    auto timer =
        std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    {
      MutexLock lock(state->mutex);
      if (state->open) co_return;
      std::erase_if(state->waiting, [](const auto& weak) { return weak.expired(); });
      state->waiting.push_back(timer);
    }
    asio::error_code aborted;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, aborted));
  }

 private:
  struct State {
    Mutex mutex;
    bool open ABSL_GUARDED_BY(mutex) = false;
    // The coroutines own their timers: a gate may outlive the context of one that was dropped while it waited.
    std::vector<std::weak_ptr<asio::steady_timer>> waiting ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_GATE_H_
