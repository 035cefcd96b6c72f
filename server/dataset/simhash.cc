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
  std::array<int32_t, kSimHashBits> votes{};
  for (const uint64_t term : terms) {
    const SimHash bits = {term, Mix(term)};
    for (size_t i = 0; i < votes.size(); ++i) votes[i] += (bits[i / 64] >> (i % 64)) & 1 ? 1 : -1;
  }
  SimHash signature = {0, 0};
  for (size_t i = 0; i < votes.size(); ++i) {
    if (votes[i] > 0) signature[i / 64] |= uint64_t{1} << (i % 64);
  }
  return signature;
}

double Similarity(const SimHash& a, const SimHash& b) {
  const int differing = std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]);
  static const std::array<double, kSimHashBits + 1> cosines = Cosines();
  return cosines[static_cast<size_t>(differing)];
}

}  // namespace attune
