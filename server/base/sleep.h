// Waiting as a seam: production waits on a timer of the coroutine's own executor, tests let a fake clock jump.
#ifndef ATTUNE_BASE_SLEEP_H_
#define ATTUNE_BASE_SLEEP_H_

#include <asio/awaitable.hpp>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace attune {

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // CANCELLED, at once, if the coroutine is cancelled before or while it waits.
  virtual asio::awaitable<absl::Status> Sleep(absl::Duration time) const = 0;
};

// Thread-safe.
class TimerSleeper final : public Sleeper {
 public:
  asio::awaitable<absl::Status> Sleep(absl::Duration time) const override;
};

}  // namespace attune

#endif  // ATTUNE_BASE_SLEEP_H_
