#include "dataset/simhash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace attune {
namespace {

// An independent second hash of a term: the finaliser of SplitMix64 (Steele et al., OOPSLA 2014).
uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// 64 counters, one for each bit of what is added: plane p holds the bits of weight 2^p of all of them, so that adding
// is a few operations for all at once.
class BitCounters {
 public:
  void Add(uint64_t bits) {
    for (uint64_t* plane = planes_.data(); bits != 0; ++plane) {
      const uint64_t carry = *plane & bits;
      *plane ^= bits;
      bits = carry;
    }
  }
  // The bits whose counters are more than `limit`.
  uint64_t MoreThan(uint32_t limit) const {
    uint64_t more = 0, equal = ~uint64_t{0};  // in the planes looked at, from the highest
    for (size_t p = planes_.size(); p-- > 0;) {
      if ((limit >> p & 1) != 0) {
        equal &= planes_[p];
      } else {
        more |= equal & planes_[p];
        equal &= ~planes_[p];
      }
    }
    return more;
  }

 private:
  std::array<uint64_t, 32> planes_{};  // for 2^32 - 1 additions, more than the longest input has terms
};

// By the number of bits that differ: the cosine of the angle that they stand for.
std::array<double, kSimHashBits + 1> Cosines() {
  std::array<double, kSimHashBits + 1> cosines;
  for (size_t differing = 0; differing < cosines.size(); ++differing) {
    cosines[differing] = std::max(0.0, std::cos(std::numbers::pi * static_cast<double>(differing) / kSimHashBits));
  }
  return cosines;
}

using CountBits = int (*)(const SimHash&, const SimHash&);

int Differing(const SimHash& a, const SimHash& b) { return std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]); }

// Compilers count with a table unless they are told that the processor has an instruction for it, as nearly all have.
#if defined(__x86_64__)
[[gnu::target("popcnt")]] int DifferingByInstruction(const SimHash& a, const SimHash& b) {
  return __builtin_popcountll(a[0] ^ b[0]) + __builtin_popcountll(a[1] ^ b[1]);
}
CountBits FastestDiffering() { return __builtin_cpu_supports("popcnt") != 0 ? DifferingByInstruction : Differing; }
#else
CountBits FastestDiffering() { return Differing; }
#endif

}  // namespace

SimHash MakeSimHash(const std::vector<uint64_t>& terms) {
  BitCounters low, high;
  for (const uint64_t term : terms) {
    low.Add(term);
    high.Add(Mix(term));
  }
  const auto half = static_cast<uint32_t>(terms.size() / 2);
  return {low.MoreThan(half), high.MoreThan(half)};
}

double Similarity(const SimHash& a, const SimHash& b) {
  static const std::array<double, kSimHashBits + 1> cosines = Cosines();
  static const CountBits differing = FastestDiffering();
  return cosines[static_cast<size_t>(differing(a, b))];
}

}  // namespace attune
