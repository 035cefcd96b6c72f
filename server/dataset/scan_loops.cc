#include "dataset/scan_loops.h"

#include <algorithm>
#include <array>
#include <vector>

#include "dataset/row_bits.h"
#include "dataset/scan_loops_x86.h"

namespace attune {
namespace {

void AddSet(const uint8_t* __restrict bits, uint8_t step, uint8_t* __restrict sums) {
  for (int bit = 0; bit < 8; ++bit, sums += kBlockBytes) {
    const auto mask = static_cast<uint8_t>(1 << bit);
    for (size_t i = 0; i < kBlockBytes; ++i) {
      const auto all = static_cast<uint8_t>((bits[i] & mask) == mask ? 0xff : 0);
      sums[i] = static_cast<uint8_t>(sums[i] + (step & all));
    }
  }
}

// The steps of a block's rows.
void AddSets(std::span<const DenseSet> sets, size_t first_byte, uint16_t* __restrict totals) {
  std::array<uint8_t, kBlockRows> sums{};
  for (const DenseSet& set : sets) {
    AddSet(set.bits + first_byte, set.step, sums.data());
    if (!set.ends_chunk) continue;
    for (size_t i = 0; i < kBlockRows; ++i) totals[i] = static_cast<uint16_t>(totals[i] + sums[i]);
    sums.fill(0);
  }
}

// Signed integers, as those are converted in one step.
void Weigh(const uint32_t* __restrict masses, float per_mass, const uint16_t* __restrict lengths, LengthWeights weights,
           const uint16_t* __restrict totals, uint16_t* __restrict bounds) {
  for (size_t i = 0; i < kBlockRows; ++i) {
    const auto mass = static_cast<float>(static_cast<int32_t>(masses[i]));
    const float total = static_cast<float>(int32_t{totals[i]}) + mass * per_mass;
    const float bound =
        total * weights.scale / (weights.base + weights.slope * static_cast<float>(int32_t{lengths[i]}));
    const auto below = static_cast<int32_t>(bound);
    bounds[i] = static_cast<uint16_t>(below + (static_cast<float>(below) < bound ? 1 : 0));
  }
}

void FindPeaks(const uint16_t* __restrict bounds, uint16_t* __restrict peaks) {
  std::fill_n(peaks, kPeaks, 0);
  for (size_t row = 0; row < kBlockRows; row += kPeaks) {
    for (size_t i = 0; i < kPeaks; ++i) peaks[i] = std::max(peaks[i], bounds[row + i]);
  }
}

void Bound(const ScanInput& input, uint16_t* bounds, uint16_t* peaks) {
  for (size_t block = 0; block < input.blocks; ++block) {
    const size_t row = block * kBlockRows;
    std::array<uint16_t, kBlockRows> totals{};
    AddSets(input.sets, input.first_byte + block * kBlockBytes, totals.data());
    Weigh(input.masses + row, input.per_mass, input.lengths + row, input.weights, totals.data(), bounds + row);
    FindPeaks(bounds + row, peaks + block * kPeaks);
  }
}

size_t CountFrom(const uint16_t* numbers, size_t size, uint16_t from) {
  size_t count = 0;
  for (size_t i = 0; i < size; ++i) count += numbers[i] >= from ? 1 : 0;
  return count;
}

// Few rows are found, so most pieces are passed over whole.
size_t Collect(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found) {
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

constexpr ScanLoops kUsual = {Bound, CountFrom, Collect};

std::vector<const ScanLoops*> FindSupported() {
  std::vector<const ScanLoops*> supported = {&kUsual};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") != 0) supported.push_back(&Avx2ScanLoops());
  if (HasFastAvx512()) supported.push_back(&Avx512ScanLoops());
#endif
  return supported;
}

}  // namespace

const ScanLoops& UsualScanLoops() { return kUsual; }

std::span<const ScanLoops* const> SupportedScanLoops() {
  static const std::vector<const ScanLoops*> supported = FindSupported();
  return supported;
}

const ScanLoops& FastestScanLoops() { return *SupportedScanLoops().back(); }

}  // namespace attune
