// Lets a request wait until the catalog has reached a revision (`min_revision`: read your own writes).
#ifndef ATTUNE_ASK_REVISION_GATE_H_
#define ATTUNE_ASK_REVISION_GATE_H_

#include <asio/awaitable.hpp>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"

namespace attune {

inline constexpr size_t kMaxRevisionWaiters = 10'000;  // requests; more are refused with OVERLOADED

// FAILED_PRECONDITION (REVISION_NOT_REACHED).
absl::Status RevisionNotReached(int64_t wanted, int64_t reached);

// Thread-safe.
class RevisionGate {
 public:
  explicit RevisionGate(const Clock& clock) : clock_(clock) {}

  // Announces a published revision; wakes those who wait.
  void Reached(int64_t revision);

  // FAILED_PRECONDITION (REVISION_NOT_REACHED) if the revision has not come a little before the deadline.
  asio::awaitable<absl::Status> Wait(int64_t revision, absl::Time deadline);

 private:
  const Clock& clock_;
  Mutex mutex_;
  int64_t reached_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  WaitList waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_ASK_REVISION_GATE_H_
