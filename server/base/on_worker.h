// Work that blocks or computes for long, awaited: it runs on a worker, and the coroutine goes on where it was.
#ifndef ATTUNE_BASE_ON_WORKER_H_
#define ATTUNE_BASE_ON_WORKER_H_

#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "base/worker_pool.h"

namespace attune {

// The work's own status, or RESOURCE_EXHAUSTED (OVERLOADED) if it was not run. Cancelling the coroutine does not end
// the wait: what `work` refers to may live in the coroutine's frame.
inline asio::awaitable<absl::Status> OnWorker(WorkerPool& workers, std::function<absl::Status()> work) {
  const auto executor = co_await asio::this_coro::executor;
  absl::Status result;
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [&](auto handler) {
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        const auto go_on = [executor, resume] { asio::post(executor, [resume] { std::move (*resume)(); }); };
        const absl::Status posted = workers.Post([&result, &work, go_on] {
          result = work();
          go_on();
        });
        if (posted.ok()) return;
        result = posted;
        go_on();
      },
      asio::use_awaitable);
  co_return result;
}

}  // namespace attune

#endif  // ATTUNE_BASE_ON_WORKER_H_
