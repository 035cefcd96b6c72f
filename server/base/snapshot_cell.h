// One published immutable value: readers copy a shared pointer, one writer swaps it. The last reader frees the old one.
// Not std::atomic<std::shared_ptr>: GCC 12's is reported as a race by the thread sanitizer (google/sanitizers#1558).
#ifndef ATTUNE_BASE_SNAPSHOT_CELL_H_
#define ATTUNE_BASE_SNAPSHOT_CELL_H_

#include <memory>
#include <utility>

#include "base/mutex.h"

namespace attune {

template <typename T>
class SnapshotCell {
 public:
  explicit SnapshotCell(std::shared_ptr<const T> initial) : value_(std::move(initial)) {}

  // Never null. Holds the lock only while a pointer is copied. Any thread.
  std::shared_ptr<const T> Get() const {
    MutexLock lock(mutex_);
    return value_;
  }

  void Set(std::shared_ptr<const T> next) {
    {
      MutexLock lock(mutex_);
      value_.swap(next);
    }
    // `next`, the old value, may be the last reference: it is destroyed here, outside the lock.
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> value_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_BASE_SNAPSHOT_CELL_H_
