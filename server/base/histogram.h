// How many values were how large: counts in fixed buckets, for metrics that are read from time to time.
#ifndef ATTUNE_BASE_HISTOGRAM_H_
#define ATTUNE_BASE_HISTOGRAM_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace attune {

inline constexpr size_t kHistogramBounds = 14;

// The largest value of each bucket but the last, which takes all others; rising, in the unit of the values.
using HistogramBounds = std::array<int64_t, kHistogramBounds>;

// `first`, and each further one `factor` times the one before.
constexpr HistogramBounds GeometricBounds(int64_t first, int64_t factor) {
  HistogramBounds bounds{};
  for (int64_t& bound : bounds) {
    bound = first;
    first *= factor;
  }
  return bounds;
}

// Thread-safe: a value costs two additions without a lock.
class Histogram {
 public:
  // `bounds` must outlive it: they are meant to be constants.
  explicit Histogram(const HistogramBounds& bounds) : bounds_(bounds) {}

  void Add(int64_t value);

  struct Snapshot {
    std::array<int64_t, kHistogramBounds + 1> counts{};  // of each bucket alone
    int64_t count = 0;                                   // of all of them
    int64_t sum = 0;                                     // of the values
  };
  // While values are added the sum may be ahead of the counts, or behind them, by those.
  Snapshot Read() const;
  const HistogramBounds& bounds() const { return bounds_; }

 private:
  const HistogramBounds& bounds_;
  std::array<std::atomic<int64_t>, kHistogramBounds + 1> counts_{};
  std::atomic<int64_t> sum_{0};
};

}  // namespace attune

#endif  // ATTUNE_BASE_HISTOGRAM_H_
