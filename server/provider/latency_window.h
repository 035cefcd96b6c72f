// How long the last calls took, and which time so many of a hundred of them stayed within.
#ifndef ATTUNE_PROVIDER_LATENCY_WINDOW_H_
#define ATTUNE_PROVIDER_LATENCY_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace attune {

// The last kSamples times, whatever their age: 2 KiB when full. Pure.
class LatencyWindow {
 public:
  static constexpr size_t kSamples = 256;

  // Kept in whole microseconds, from 0 to 71 minutes; what is out of that counts as the end it is beyond.
  void Add(absl::Duration time);
  // The shortest of the times that at least `percent` of a hundred of them do not exceed (nearest rank): exactly one of
  // those that were added. Zero if there are none.
  absl::Duration Percentile(double percent) const;
  size_t size() const { return recent_.size(); }

 private:
  std::vector<uint32_t> recent_;  // microseconds, a ring
  size_t oldest_ = 0;             // in the ring, once it is full
  std::vector<uint32_t> sorted_;  // the same times, so that a percentile is looked up, not computed
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_LATENCY_WINDOW_H_
