#include "base/histogram.h"

#include <algorithm>

namespace attune {

void Histogram::Add(int64_t value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::Read() const {
  Snapshot now;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    now.counts[bucket] = counts_[bucket].load(std::memory_order_relaxed);
    now.count += now.counts[bucket];
  }
  now.sum = sum_.load(std::memory_order_relaxed);
  return now;
}

}  // namespace attune
