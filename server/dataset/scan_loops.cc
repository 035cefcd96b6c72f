#include "dataset/scan_loops.h"

#include <algorithm>

#include "dataset/row_bits.h"
#include "dataset/scan_loops_avx2.h"

namespace attune {
namespace {

#define ATTUNE_INLINE [[gnu::always_inline]] inline

ATTUNE_INLINE void Add(const uint8_t* __restrict bits, size_t blocks, uint8_t amount, uint8_t* __restrict sums) {
  for (size_t block = 0; block < blocks; ++block, bits += kBlockBytes) {
    for (int bit = 0; bit < 8; ++bit, sums += kBlockBytes) {
      const auto mask = static_cast<uint8_t>(1 << bit);
      for (size_t i = 0; i < kBlockBytes; ++i) {
        const auto all = static_cast<uint8_t>((bits[i] & mask) == mask ? 0xff : 0);
        sums[i] = static_cast<uint8_t>(sums[i] + (amount & all));
      }
    }
  }
}

ATTUNE_INLINE void Widen(const uint8_t* __restrict sums, size_t blocks, uint16_t* __restrict totals) {
  for (size_t i = 0; i < blocks * kBlockRows; ++i) totals[i] = static_cast<uint16_t>(totals[i] + sums[i]);
}

// Signed integers, as those are converted in one step.
ATTUNE_INLINE void Weigh(const uint32_t* __restrict masses, float per_mass, const uint16_t* __restrict lengths,
                         LengthWeights weights, size_t blocks, uint16_t* __restrict totals) {
  for (size_t i = 0; i < blocks * kBlockRows; ++i) {
    const auto mass = static_cast<float>(static_cast<int32_t>(masses[i]));
    const float total = static_cast<float>(int32_t{totals[i]}) + mass * per_mass;
    const float bound =
        total * weights.scale / (weights.base + weights.slope * static_cast<float>(int32_t{lengths[i]}));
    totals[i] = static_cast<uint16_t>(static_cast<int32_t>(bound) + (total > 0 ? 1 : 0));
  }
}

ATTUNE_INLINE uint16_t Largest(const uint16_t* bounds, size_t rows) {
  uint16_t largest = 0;
  for (size_t i = 0; i < rows; ++i) largest = std::max(largest, bounds[i]);
  return largest;
}

ATTUNE_INLINE size_t CountFrom(const uint16_t* bounds, size_t rows, uint16_t from) {
  size_t count = 0;
  while (rows > 0) {
    const size_t some = std::min(rows, kBlockRows);
    uint16_t of_these = 0;
    for (size_t i = 0; i < some; ++i) of_these = static_cast<uint16_t>(of_these + (bounds[i] >= from ? 1 : 0));
    count += of_these;
    bounds += some;
    rows -= some;
  }
  return count;
}

// Few rows are found, so most pieces are passed over whole.
ATTUNE_INLINE size_t Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
  constexpr size_t kPiece = 32;
  size_t count = 0;
  for (size_t begin = 0; begin < rows; begin += kPiece) {
    const size_t end = std::min(begin + kPiece, rows);
    if (end - begin == kPiece) {
      uint16_t any = 0;
      for (size_t i = 0; i < kPiece; ++i) any = static_cast<uint16_t>(any | (bounds[begin + i] >= from ? 1 : 0));
      if (any == 0) continue;
    }
    for (size_t i = begin; i < end; ++i) {
      found[count] = static_cast<uint16_t>(i);
      count += bounds[i] >= from && bounds[i] < below ? 1 : 0;
    }
  }
  return count;
}

void UsualAdd(const uint8_t* bits, size_t blocks, uint8_t amount, uint8_t* sums) { Add(bits, blocks, amount, sums); }
void UsualWiden(const uint8_t* sums, size_t blocks, uint16_t* totals) { Widen(sums, blocks, totals); }
void UsualWeigh(const uint32_t* masses, float per_mass, const uint16_t* lengths, LengthWeights weights, size_t blocks,
                uint16_t* totals) {
  Weigh(masses, per_mass, lengths, weights, blocks, totals);
}
uint16_t UsualLargest(const uint16_t* bounds, size_t rows) { return Largest(bounds, rows); }
size_t UsualCountFrom(const uint16_t* bounds, size_t rows, uint16_t from) { return CountFrom(bounds, rows, from); }
size_t UsualCollect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
  return Collect(bounds, rows, from, below, found);
}

constexpr ScanLoops kUsual = {UsualAdd, UsualWiden, UsualWeigh, UsualLargest, UsualCountFrom, UsualCollect};

#ifdef __x86_64__
#define ATTUNE_AVX2 [[gnu::target("avx2")]]

ATTUNE_AVX2 void Avx2Add(const uint8_t* bits, size_t blocks, uint8_t amount, uint8_t* sums) {
  Add(bits, blocks, amount, sums);
}
ATTUNE_AVX2 void Avx2Widen(const uint8_t* sums, size_t blocks, uint16_t* totals) { Widen(sums, blocks, totals); }
ATTUNE_AVX2 uint16_t Avx2Largest(const uint16_t* bounds, size_t rows) { return Largest(bounds, rows); }
ATTUNE_AVX2 size_t Avx2CountFrom(const uint16_t* bounds, size_t rows, uint16_t from) {
  return CountFrom(bounds, rows, from);
}

constexpr ScanLoops kAvx2 = {Avx2Add, Avx2Widen, Avx2Weigh, Avx2Largest, Avx2CountFrom, Avx2Collect};
#endif

}  // namespace

const ScanLoops& UsualScanLoops() { return kUsual; }

const ScanLoops& FastestScanLoops() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) return kAvx2;
#endif
  return kUsual;
}

}  // namespace attune
