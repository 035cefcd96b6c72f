// std::mutex with Clang's thread-safety annotations. Not absl::Mutex: Debian's build of it is invisible to the thread
// sanitizer (DESIGN §15). Never hold one while calling foreign code.
#ifndef ATTUNE_BASE_MUTEX_H_
#define ATTUNE_BASE_MUTEX_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace attune {

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class MutexLock;
  friend class CondVar;
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  friend class CondVar;
  std::unique_lock<std::mutex> lock_;
};

class CondVar {
 public:
  void Wait(MutexLock& lock) { condition_.wait(lock.lock_); }
  // At most `timeout`, by the steady clock; may return early, so callers check what they wait for.
  void WaitFor(MutexLock& lock, absl::Duration timeout) {
    condition_.wait_for(lock.lock_, absl::ToChronoNanoseconds(std::min(timeout, absl::Hours(24))));
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_MUTEX_H_
