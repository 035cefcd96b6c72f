// One process a store: an flock on "<path>.lock". The store's own file is never opened for this, because closing any
// descriptor of it would drop the locks that SQLite holds on it.
#ifndef ATTUNE_STORE_STORE_LOCK_H_
#define ATTUNE_STORE_STORE_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace attune {

// Held as long as it lives; movable. The kernel lets go of it when the process ends, however it ends. The lock's file
// stays: removing it would let two processes hold a lock each.
class StoreLock {
 public:
  // FAILED_PRECONDITION (STORE_IN_USE, metadata `path`, `pid` if known) if someone holds it: another process, or this
  // one. UNAVAILABLE (STORE_UNAVAILABLE) if the lock's file can be neither made nor opened.
  static absl::StatusOr<StoreLock> Acquire(const std::string& path);

  // Holds nothing.
  StoreLock() = default;
  ~StoreLock();
  StoreLock(StoreLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  StoreLock& operator=(StoreLock&& other) noexcept;

 private:
  explicit StoreLock(int fd) : fd_(fd) {}
  void Release();

  int fd_ = -1;
};

}  // namespace attune

#endif  // ATTUNE_STORE_STORE_LOCK_H_
