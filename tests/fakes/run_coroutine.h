// Runs coroutines of the server from a test's own thread.
//
//   IoPool pool(1);
//   absl::StatusOr<ModelAnswer> answer = RunCoroutine(pool, provider.Generate(request, nullptr));
//
//   Running<absl::StatusOr<ModelAnswer>> call(pool, [&] { return provider.Generate(request, nullptr); });
//   call.Cancel();
//   answer = call.Wait();
#ifndef ATTUNE_TESTS_FAKES_RUN_COROUTINE_H_
#define ATTUNE_TESTS_FAKES_RUN_COROUTINE_H_

#include <asio/awaitable.hpp>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "base/io_pool.h"

namespace attune {

// A coroutine that runs on one context of a pool, set up as the server sets up its own: cancellation of every kind
// reaches it, and nothing in it throws because of that. Wait must be called once, before the pool goes.
template <typename T>
class Running {
 public:
  // `start` makes the coroutine; it is called on the pool's thread.
  Running(IoPool& pool, std::function<asio::awaitable<T>()> start) : context_(pool.Next()) {
    state_->start = std::move(start);
    asio::post(context_, [state = state_, &context = context_] {
      asio::co_spawn(context, Body(state),
                     asio::bind_cancellation_slot(state->signal.slot(), [state](std::exception_ptr thrown) {
                       if (thrown) state->result.set_exception(thrown);
                     }));
    });
  }

  // Asks it to stop. Any thread, also when it has ended.
  void Cancel(asio::cancellation_type type = asio::cancellation_type::terminal) {
    asio::post(context_, [state = state_, type] { state->signal.emit(type); });
  }

  // Its result; what it threw is thrown.
  T Wait() { return future_.get(); }

 private:
  struct State {
    std::function<asio::awaitable<T>()> start;
    asio::cancellation_signal signal;
    std::promise<T> result;
  };

  static asio::awaitable<void> Body(std::shared_ptr<State> state) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    T result = co_await state->start();
    state->result.set_value(std::move(result));
  }

  asio::io_context& context_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
  std::future<T> future_ = state_->result.get_future();
};

// Runs one to its end. The coroutine object is made by the caller and first resumed on the pool's thread.
template <typename T>
T RunCoroutine(IoPool& pool, asio::awaitable<T> coroutine) {
  auto shared = std::make_shared<asio::awaitable<T>>(std::move(coroutine));
  return Running<T>(pool, [shared] { return std::move(*shared); }).Wait();
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_RUN_COROUTINE_H_
