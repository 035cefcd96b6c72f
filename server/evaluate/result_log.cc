#include "evaluate/result_log.h"

#include <asio/post.hpp>
#include <utility>

namespace attune {
namespace {

// A full queue of work is no reason to lose results: try again after this.
constexpr std::chrono::milliseconds kRetry{50};

}  // namespace

ResultLog::ResultLog(Store& store, WorkerPool& workers, asio::any_io_executor executor, std::string evaluation_id,
                     int64_t next)
    : store_(store),
      workers_(workers),
      executor_(std::move(executor)),
      evaluation_id_(std::move(evaluation_id)),
      written_(executor_),
      next_(next) {}

void ResultLog::Add(std::string payload) {
  waiting_bytes_ += payload.size();
  waiting_.push_back(std::move(payload));
  if (waiting_.size() >= kResultBatch) Flush();
}

void ResultLog::Flush() {
  if (writing_ || waiting_.empty() || !status_.ok()) return;
  auto batch = std::make_shared<std::vector<std::string>>(std::exchange(waiting_, {}));
  const absl::Status posted = workers_.Post([self = shared_from_this(), batch, first = next_] {
    const absl::Status status = self->store_.AppendResults(self->evaluation_id_, first, *batch);
    asio::post(self->executor_, [self, count = batch->size(), status] { self->Written(count, status); });
  });
  if (!posted.ok()) {
    waiting_.swap(*batch);
    return;
  }
  writing_ = true;
  waiting_bytes_ = 0;
}

void ResultLog::Written(size_t count, const absl::Status& status) {
  writing_ = false;
  next_ += static_cast<int64_t>(count);
  status_ = status;
  written_.Notify();
  if (waiting_.size() >= kResultBatch) Flush();
}

asio::awaitable<absl::Status> ResultLog::Drain() {
  while (status_.ok() && (writing_ || !waiting_.empty())) {
    Flush();
    co_await written_.Wait(kRetry);
  }
  co_return status_;
}

}  // namespace attune
