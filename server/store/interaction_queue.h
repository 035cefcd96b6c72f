// Takes interactions off the request path: a bounded queue, and one thread that writes it to the store in batches.
#ifndef ATTUNE_STORE_INTERACTION_QUEUE_H_
#define ATTUNE_STORE_INTERACTION_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "store/store.h"

namespace attune {

// What a record takes in memory while it waits.
inline size_t BytesOf(const InteractionRecord& record) {
  return sizeof record + record.id.size() + record.prompt.size() + record.payload.size();
}

struct InteractionQueueOptions {
  size_t max_records = 65'536;                           // pushed and not yet written
  size_t max_bytes = size_t{64} << 20;                   // of them, by BytesOf()
  size_t max_batch = 512;                                // records a transaction
  absl::Duration linger = absl::Milliseconds(50);        // how long a first record waits for company
  absl::Duration first_pause = absl::Milliseconds(100);  // after a failed write; doubles with each further one
  absl::Duration longest_pause = absl::Seconds(10);
};

// Thread-safe. Nothing that was accepted is lost while the process lives and the store can be written at last; what is
// lost is counted in `dropped`.
//
// A store that is UNAVAILABLE: the batch is kept and written again after a pause; meanwhile the queue fills up and then
// refuses. Any other error: the records are tried one by one and those that the store refuses are dropped.
class InteractionQueue {
 public:
  struct Counters {
    int64_t queued = 0;   // now waiting or being written
    int64_t dropped = 0;  // refused by a full queue, or by the store
    int64_t written = 0;
  };

  // `store` must outlive the queue.
  explicit InteractionQueue(Store& store, const InteractionQueueOptions& options = {});
  // Writes what is queued; what the store does not take at once is dropped.
  ~InteractionQueue();
  InteractionQueue(const InteractionQueue&) = delete;
  InteractionQueue& operator=(const InteractionQueue&) = delete;

  // Never blocks on the store. False: the queue is full, and the interaction is dropped and counted.
  bool Push(InteractionRecord record);

  // Waits until everything pushed before is written or refused; a pause after a failure is cut short. The store's error
  // if a write that began meanwhile failed (the records are still queued), or if all came to an end and a record was
  // refused meanwhile; DEADLINE_EXCEEDED after `timeout`. Not for an I/O thread.
  absl::Status Flush(absl::Duration timeout);

  Counters counters() const;

 private:
  void Run();
  // Waits for work; empty: the queue is to stop and has nothing left.
  std::vector<InteractionRecord> TakeBatch();
  void WriteBatch(const std::vector<InteractionRecord>& records);
  // How many of them the store took.
  size_t WriteOneByOne(const std::vector<InteractionRecord>& records);
  // False: the queue is to stop, so no further try.
  bool PauseAfter(const absl::Status& failure, absl::Duration pause);
  void Finish(size_t written, size_t dropped, size_t bytes);
  void DropAll();

  Store& store_;
  const InteractionQueueOptions options_;
  mutable Mutex mutex_;
  CondVar work_;      // for the writer: records, a flush, the stop
  CondVar progress_;  // for those who flush
  std::deque<InteractionRecord> records_ ABSL_GUARDED_BY(mutex_);
  size_t held_ ABSL_GUARDED_BY(mutex_) = 0;        // in records_ and in the batch being written
  size_t held_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of them
  int64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t finished_ ABSL_GUARDED_BY(mutex_) = 0;  // of the accepted: written or dropped
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  int64_t flushes_ ABSL_GUARDED_BY(mutex_) = 0;         // begun
  int64_t flushes_seen_ ABSL_GUARDED_BY(mutex_) = 0;    // begun before the write under way
  int64_t flushes_failed_ ABSL_GUARDED_BY(mutex_) = 0;  // begun before the last write that failed
  int64_t flushing_ ABSL_GUARDED_BY(mutex_) = 0;        // waiting now
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;         // records that the store refuses for good
  absl::Status last_failure_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_refusal_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;  // last: it uses all of the above
};

}  // namespace attune

#endif  // ATTUNE_STORE_INTERACTION_QUEUE_H_
