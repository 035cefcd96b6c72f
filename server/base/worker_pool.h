// A few threads for work that blocks or computes for long: store calls, parsing of imports, big reads. Never for an
// Ask.
#ifndef ATTUNE_BASE_WORKER_POOL_H_
#define ATTUNE_BASE_WORKER_POOL_H_

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <atomic>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "base/error.h"

namespace attune {

inline constexpr size_t kMaxQueuedWork = 1024;  // pieces waiting or running

class WorkerPool {
 public:
  explicit WorkerPool(size_t threads) : pool_(threads) {}
  // Finishes what is queued.
  ~WorkerPool() { pool_.join(); }

  // Runs `work` on one of the threads; any thread may call. RESOURCE_EXHAUSTED (OVERLOADED) if too much is waiting:
  // `work` is then not run.
  template <typename Work>
  absl::Status Post(Work work) {
    if (queued_.fetch_add(1) >= kMaxQueuedWork) {
      queued_.fetch_sub(1);
      return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
          .Message("too much work is waiting; try again in a moment")
          .RetryAfter(absl::Seconds(1))
          .Quota("background work", "at most 1024 pieces waiting");
    }
    asio::post(pool_, [this, work = std::move(work)]() mutable {
      work();
      queued_.fetch_sub(1);
    });
    return absl::OkStatus();
  }

 private:
  std::atomic<size_t> queued_{0};
  asio::thread_pool pool_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_WORKER_POOL_H_
