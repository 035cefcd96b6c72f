#include "evaluate/result_log.h"

#include <asio/post.hpp>
#include <utility>

#include "absl/types/span.h"
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
  waiting_.numbers.push_back(number);
  waiting_.payloads.push_back(std::move(payload));
  if (waiting_.numbers.size() >= kResultBatch) Flush();
}

void ResultLog::Flush() {
  if (writing_ || waiting_.numbers.empty() || !status_.ok()) return;
  const auto batch = std::make_shared<Batch>(std::exchange(waiting_, {}));
  const absl::Status posted = workers_.Post([self = shared_from_this(), batch] {
    const absl::Status status = self->Write(*batch);
    asio::post(self->executor_, [self, status] { self->Written(status); });
  });
  if (!posted.ok()) {
    waiting_ = std::move(*batch);
    return;
  }
  writing_ = true;
  waiting_bytes_ = 0;
}

// The store takes results whose numbers follow each other: all of them, but where a run replaces those of an earlier
// one.
absl::Status ResultLog::Write(const Batch& batch) const {
  const absl::Span<const std::string> payloads = batch.payloads;
  size_t begin = 0;
  while (begin < payloads.size()) {
    size_t end = begin + 1;
    while (end < payloads.size() && batch.numbers[end] == batch.numbers[end - 1] + 1) ++end;
    ATTUNE_RETURN_IF_ERROR(
        store_.AppendResults(evaluation_id_, batch.numbers[begin], payloads.subspan(begin, end - begin)));
    begin = end;
  }
  return absl::OkStatus();
}

void ResultLog::Written(const absl::Status& status) {
  writing_ = false;
  status_ = status;
  written_.Notify();
  if (waiting_.numbers.size() >= kResultBatch) Flush();
}

asio::awaitable<absl::Status> ResultLog::Drain() {
  while (status_.ok() && (writing_ || !waiting_.numbers.empty())) {
    Flush();
    co_await written_.Wait(kRetry);
  }
  co_return status_;
}

}  // namespace attune
