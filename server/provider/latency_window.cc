#include "provider/latency_window.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune {
namespace {

uint32_t ToMicroseconds(absl::Duration time) {
  const int64_t most = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(std::clamp<int64_t>(absl::ToInt64Microseconds(time), 0, most));
}

}  // namespace

void LatencyWindow::Add(absl::Duration time) {
  const uint32_t added = ToMicroseconds(time);
  if (recent_.size() < kSamples) {
    recent_.push_back(added);
  } else {
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), recent_[oldest_]));
    recent_[oldest_] = added;
    oldest_ = (oldest_ + 1) % kSamples;
  }
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), added), added);
}

absl::Duration LatencyWindow::Percentile(double percent) const {
  if (sorted_.empty()) return absl::ZeroDuration();
  const double count = static_cast<double>(sorted_.size());
  const double rank = std::clamp(std::ceil(percent * count / 100), 1.0, count);
  return absl::Microseconds(sorted_[static_cast<size_t>(rank) - 1]);
}

}  // namespace attune
