// Random numbers that spread retries over time and name spans. Not for secrets.
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
  double Next() { return static_cast<double>(Bits() >> 11) * 0x1.0p-53; }

  // 64 random bits.
  uint64_t Bits() {
    uint64_t bits = state_.fetch_add(0x9E3779B97F4A7C15, std::memory_order_relaxed);
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  }

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace attune

#endif  // ATTUNE_BASE_JITTER_H_
