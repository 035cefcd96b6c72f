// Random numbers that spread retries over time. Not for secrets.
#ifndef ATTUNE_BASE_JITTER_H_
#define ATTUNE_BASE_JITTER_H_

#include <atomic>
#include <cstdint>

namespace attune {

// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): a counter is all
// its state, so that any number of threads draw from one object.
class Jitter {
 public:
  explicit Jitter(uint64_t seed) : state_(seed) {}

  // At least 0, below 1.
  double Next() {
    uint64_t bits = state_.fetch_add(0x9E3779B97F4A7C15, std::memory_order_relaxed);
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1.0p-53;
  }

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_JITTER_H_
