// The writing half of a server stream: one write in flight, a bounded queue behind it, one Finish.
#ifndef ATTUNE_TRANSPORT_STREAM_WRITER_H_
#define ATTUNE_TRANSPORT_STREAM_WRITER_H_

#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/mutex.h"
#include "transport/status.h"

namespace attune {

inline constexpr size_t kMaxQueuedStreamBytes = 8 << 20;  // unsent messages of one stream

// Push and Close may be called from any thread, but not at the same time as each other. The object deletes itself once
// the RPC is over and Release has been called: the producer calls Release when it will not touch the writer again.
template <typename Response>
class StreamWriter final : public grpc::ServerWriteReactor<Response> {
 public:
  // `merge(last, next)` may add `next` to the last message that waits unsent and return true: fewer, larger messages
  // for a reader that is slower than the text. `on_cancel` is called when the caller goes away; any thread, at most
  // once.
  using Merge = bool (*)(Response& last, Response& next);
  StreamWriter(Merge merge, std::function<void()> on_cancel) : merge_(merge), on_cancel_(std::move(on_cancel)) {}

  // RESOURCE_EXHAUSTED (SLOW_READER) if too much is waiting unsent, CANCELLED after the caller has gone.
  absl::Status Push(Response response) {
    MutexLock lock(mutex_);
    if (cancelled_) return absl::CancelledError("the caller went away");
    queued_bytes_ += response.ByteSizeLong();
    if (queue_.empty() || merge_ == nullptr || !merge_(queue_.back(), response)) queue_.push_back(std::move(response));
    StartNext();
    return CheckSize();
  }

  // The stream ends with `status` once everything pushed has been sent.
  void Close(const absl::Status& status) {
    MutexLock lock(mutex_);
    final_ = ToGrpcStatus(status);
    StartNext();
  }

  void Release() { Leave(); }

  // Of the messages that wait unsent. Any thread.
  size_t queued_bytes() {
    MutexLock lock(mutex_);
    return queued_bytes_;
  }

 private:
  absl::Status CheckSize() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (queued_bytes_ <= kMaxQueuedStreamBytes) return absl::OkStatus();
    return Error(absl::StatusCode::kResourceExhausted, "SLOW_READER")
        .Message("the caller reads the stream too slowly: 8 MiB are waiting unsent")
        .Quota("unsent bytes of a stream", "at most 8 MiB");
  }

  // gRPC only queues here and calls no reaction of ours inside StartWrite and Finish.
  void StartNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (!queue_.empty() && !cancelled_) {
      in_flight_ = std::move(queue_.front());
      queue_.pop_front();
      queued_bytes_ = queue_.empty() ? 0 : queued_bytes_ - std::min(queued_bytes_, in_flight_.ByteSizeLong());
      writing_ = true;
      this->StartWrite(&in_flight_);
    } else if (final_.has_value()) {
      finished_ = true;
      this->Finish(*final_);
    }
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    StartNext();
  }

  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
    }
    on_cancel_();
  }

  void OnDone() override { Leave(); }

  // The RPC and the producer hold the object together; the last one to leave deletes it.
  void Leave() {
    bool last = false;
    {
      MutexLock lock(mutex_);
      last = --holders_ == 0;
    }
    if (last) delete this;
  }

  const Merge merge_;
  const std::function<void()> on_cancel_;
  Mutex mutex_;
  int holders_ ABSL_GUARDED_BY(mutex_) = 2;
  std::deque<Response> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Response in_flight_;  // owned by gRPC while writing_
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> final_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_STREAM_WRITER_H_
