#include "evaluate/result_log.h"

#include <algorithm>
#include <asio/post.hpp>
#include <utility>

#include "base/error.h"

namespace attune {
namespace {

// A full queue of work is no reason to lose results: try again after this.
constexpr std::chrono::milliseconds kRetry{50};

}  // namespace

ResultLog::ResultLog(Store& store, WorkerPool& workers, asio::any_io_executor executor, std::string evaluation_id)
    : store_(store),
      workers_(workers),
      executor_(std::move(executor)),
      evaluation_id_(std::move(evaluation_id)),
      written_(executor_) {}

void ResultLog::Add(int64_t number, std::string payload) {
  waiting_bytes_ += payload.size();
  waiting_.emplace_back(number, std::move(payload));
  if (waiting_.size() >= kResultBatch) Flush();
}

void ResultLog::Flush() {
  if (writing_ || waiting_.empty() || !status_.ok()) return;
  const auto batch = std::make_shared<Batch>(std::exchange(waiting_, {}));
  const absl::Status posted = workers_.Post([self = shared_from_this(), batch] {
    const absl::Status status = self->Write(std::move(*batch));
    asio::post(self->executor_, [self, status] { self->Written(status); });
  });
  if (!posted.ok()) {
    waiting_ = std::move(*batch);
    return;
  }
  writing_ = true;
  waiting_bytes_ = 0;
}

// The store takes results whose numbers follow each other: nearly always all. Only what replaces results of an earlier
// run leaves gaps; those numbers are smaller than all new ones.
absl::Status ResultLog::Write(Batch batch) const {
  std::sort(batch.begin(), batch.end());
  for (auto at = batch.begin(); at != batch.end();) {
    const int64_t first = at->first;
    std::vector<std::string> payloads;
    while (at != batch.end() && at->first == first + static_cast<int64_t>(payloads.size())) {
      payloads.push_back(std::move((at++)->second));
    }
    ATTUNE_RETURN_IF_ERROR(store_.AppendResults(evaluation_id_, first, payloads));
  }
  return absl::OkStatus();
}

void ResultLog::Written(const absl::Status& status) {
  writing_ = false;
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
