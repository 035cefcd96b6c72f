#include "dataset/simhash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

// Processors of Debian's baseline for x86 count bits with a table in a library; nearly all there are have an
// instruction for it, which is taken where it is.
#if defined(__x86_64__) && defined(__GLIBC__)
#define ATTUNE_POPCNT [[gnu::target_clones("popcnt", "default")]]
#else
#define ATTUNE_POPCNT
#endif

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

ATTUNE_POPCNT
double Similarity(const SimHash& a, const SimHash& b) {
  const int differing = std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]);
  static const std::array<double, kSimHashBits + 1> cosines = Cosines();
  return cosines[static_cast<size_t>(differing)];
}

}  // namespace attune
