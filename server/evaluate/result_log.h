// The results of one run on their way to the store: written in order, in batches, off the I/O thread.
#ifndef ATTUNE_EVALUATE_RESULT_LOG_H_
#define ATTUNE_EVALUATE_RESULT_LOG_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "ask/asker.h"
#include "base/wake_up.h"
#include "base/worker_pool.h"

namespace attune {

inline constexpr size_t kResultBatch = 256;                    // results that are written without waiting for more
inline constexpr size_t kMaxUnwrittenBytes = size_t{4} << 20;  // the run waits above this

// All calls on the executor's one thread. Held by shared_ptr: a write under way keeps it alive.
class ResultLog : public std::enable_shared_from_this<ResultLog> {
 public:
  // The store and the workers must outlive it.
  ResultLog(Store& store, WorkerPool& workers, asio::any_io_executor executor, std::string evaluation_id);

  // `number`: as in Store::AppendResults.
  void Add(int64_t number, std::string payload);
  // Begins to write what waits, unless a write is under way.
  void Flush();
  // Returns when all is written, or cannot be.
  asio::awaitable<absl::Status> Drain();

  bool full() const { return waiting_bytes_ > kMaxUnwrittenBytes; }
  // The first error of the store; nothing more is written after it.
  const absl::Status& status() const { return status_; }

 private:
  using Batch = std::vector<std::pair<int64_t, std::string>>;  // number, payload
  absl::Status Write(Batch batch) const;
  void Written(const absl::Status& status);

  Store& store_;
  WorkerPool& workers_;
  const asio::any_io_executor executor_;
  const std::string evaluation_id_;
  WakeUp written_;
  Batch waiting_;
  size_t waiting_bytes_ = 0;
  bool writing_ = false;
  absl::Status status_;
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_RESULT_LOG_H_
