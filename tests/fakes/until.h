// Waits for what other threads do, without sleeping.
#ifndef ATTUNE_TESTS_FAKES_UNTIL_H_
#define ATTUNE_TESTS_FAKES_UNTIL_H_

#include <functional>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace attune {

// False: it did not hold within 60 s.
inline bool Until(const std::function<bool()>& holds) {
  const absl::Time limit = absl::Now() + absl::Seconds(60);
  while (!holds()) {
    if (absl::Now() > limit) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_UNTIL_H_
