#include "store/interaction_queue.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/error.h"

namespace attune {

InteractionQueue::InteractionQueue(Store& store, const InteractionQueueOptions& options)
    : store_(store), options_(options), writer_([this] { Run(); }) {}

InteractionQueue::~InteractionQueue() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    work_.NotifyOne();
  }
  writer_.join();
}

bool InteractionQueue::Push(InteractionRecord record) {
  const size_t bytes = BytesOf(record);
  MutexLock lock(mutex_);
  if (held_ >= options_.max_records || bytes > options_.max_bytes || held_bytes_ > options_.max_bytes - bytes) {
    ++counters_.dropped;
    return false;
  }
  records_.push_back(std::move(record));
  ++held_;
  held_bytes_ += bytes;
  ++accepted_;
  // In between, the writer is busy or lingers and looks again by itself.
  if (records_.size() == 1 || records_.size() == options_.max_batch) work_.NotifyOne();
  return true;
}

absl::Status InteractionQueue::Flush(absl::Duration timeout) {
  using SteadyClock = std::chrono::steady_clock;
  const SteadyClock::time_point start = SteadyClock::now();
  MutexLock lock(mutex_);
  const int64_t target = accepted_;
  const int64_t refused_before = refused_;
  if (finished_ >= target) return absl::OkStatus();
  const int64_t flush = ++flushes_;
  ++flushing_;
  work_.NotifyOne();
  absl::Duration left = timeout;
  // A write that failed says nothing of now if it began before this flush.
  while (finished_ < target && flushes_failed_ < flush && left > absl::ZeroDuration()) {
    progress_.WaitFor(lock, left);
    left = timeout - absl::FromChrono(SteadyClock::now() - start);
  }
  --flushing_;
  if (finished_ >= target) return refused_ == refused_before ? absl::OkStatus() : last_refusal_;
  if (flushes_failed_ >= flush) return last_failure_;
  return Error(absl::StatusCode::kDeadlineExceeded, "INTERACTIONS_PENDING")
      .Message("the interaction log did not reach the store in time; try again")
      .With("queued", static_cast<int64_t>(held_));
}

InteractionQueue::Counters InteractionQueue::counters() const {
  MutexLock lock(mutex_);
  Counters now = counters_;
  now.queued = static_cast<int64_t>(held_);
  return now;
}

void InteractionQueue::Run() {
  for (std::vector<InteractionRecord> batch = TakeBatch(); !batch.empty(); batch = TakeBatch()) WriteBatch(batch);
}

std::vector<InteractionRecord> InteractionQueue::TakeBatch() {
  MutexLock lock(mutex_);
  while (records_.empty() && !stopping_) work_.Wait(lock);
  // One transaction for many costs far less than one for each.
  if (records_.size() < options_.max_batch && flushing_ == 0 && !stopping_) work_.WaitFor(lock, options_.linger);
  flushes_seen_ = flushes_;
  const auto end = records_.begin() + static_cast<std::ptrdiff_t>(std::min(records_.size(), options_.max_batch));
  std::vector<InteractionRecord> batch(std::make_move_iterator(records_.begin()), std::make_move_iterator(end));
  records_.erase(records_.begin(), end);
  return batch;
}

void InteractionQueue::WriteBatch(const std::vector<InteractionRecord>& records) {
  size_t bytes = 0;
  for (const InteractionRecord& record : records) bytes += BytesOf(record);
  absl::Duration pause = options_.first_pause;
  absl::Status status = store_.AppendInteractions(records);
  while (absl::IsUnavailable(status)) {
    if (!PauseAfter(status, pause)) {
      Finish(0, records.size(), bytes);
      return DropAll();
    }
    pause = std::min(2 * pause, options_.longest_pause);
    status = store_.AppendInteractions(records);
  }
  const size_t written = status.ok() ? records.size() : WriteOneByOne(records);
  Finish(written, records.size() - written, bytes);
}

size_t InteractionQueue::WriteOneByOne(const std::vector<InteractionRecord>& records) {
  size_t written = 0;
  for (const InteractionRecord& record : records) {
    const absl::Status status = store_.AppendInteractions({&record, 1});
    if (status.ok()) {
      ++written;
      continue;
    }
    MutexLock lock(mutex_);
    ++refused_;
    last_refusal_ = status;
  }
  return written;
}

bool InteractionQueue::PauseAfter(const absl::Status& failure, absl::Duration pause) {
  MutexLock lock(mutex_);
  flushes_failed_ = flushes_seen_;
  last_failure_ = failure;
  progress_.NotifyAll();
  if (stopping_) return false;
  // A flush that began during the failed write wants another one now.
  if (flushes_seen_ == flushes_) work_.WaitFor(lock, pause);
  flushes_seen_ = flushes_;
  return true;
}

void InteractionQueue::Finish(size_t written, size_t dropped, size_t bytes) {
  MutexLock lock(mutex_);
  held_ -= written + dropped;
  held_bytes_ -= bytes;
  finished_ += static_cast<int64_t>(written + dropped);
  counters_.written += static_cast<int64_t>(written);
  counters_.dropped += static_cast<int64_t>(dropped);
  progress_.NotifyAll();
}

void InteractionQueue::DropAll() {
  std::deque<InteractionRecord> lost;
  size_t bytes = 0;
  {
    MutexLock lock(mutex_);
    lost.swap(records_);
  }
  for (const InteractionRecord& record : lost) bytes += BytesOf(record);
  Finish(0, lost.size(), bytes);
}

}  // namespace attune
