// The loops of a scan that run over every row of a window. They exist for any processor, and by hand for those with
// AVX2 or AVX-512 (scan_loops_x86.h), chosen when the program runs.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_H_
#define ATTUNE_DATASET_SCAN_LOOPS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace attune {

// A dense set of rows (postings.h), and what being in it adds to the sum of a row.
struct DenseSet {
  const uint8_t* bits = nullptr;
  uint8_t step = 0;
  // Sums are bytes: the steps after the last set that ends a chunk, up to this one, add up to 255 at most.
  bool ends_chunk = false;
};

// How a row's length weighs: scale / (base + slope * length).
struct LengthWeights {
  float scale = 1;
  float base = 1;
  float slope = 0;
};

// What the bounds of a window are made of. Arrays have kBlockRows (row_bits.h) elements for each of its blocks.
struct ScanInput {
  size_t blocks = 0;
  std::span<const DenseSet> sets;  // the last one ends a chunk
  size_t first_byte = 0;           // of the window, in the bits of each set
  const uint32_t* masses = nullptr;
  float per_mass = 0;
  const uint16_t* lengths = nullptr;
  LengthWeights weights;
};

// A block has so many peaks: each is the largest bound of every kPeaks-th row of it, beginning with one of the first.
inline constexpr size_t kPeaks = 16;

struct ScanLoops {
  // Writes the bound of each row, and the peaks of each block. A bound is the row's steps, with its mass, which is
  // below 2^31, times `per_mass`, all times the weight of its length, rounded up, at least 1 where there is anything; 0
  // where there is nothing. They come out below kBoundsEnd.
  void (*bound)(const ScanInput& input, uint16_t* bounds, uint16_t* peaks);
  // How many of the numbers are `from` or more. There are at most 65,536.
  size_t (*count_from)(const uint16_t* numbers, size_t size, uint16_t from);
  // Writes the rows whose bounds are in [from, below), in order, and returns how many. There are at most 65,536 `rows`,
  // and `found` has room for one more.
  size_t (*collect)(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found);
};

// Of a row: its steps with its mass times `per_mass`.
inline constexpr uint32_t kMostTotal = 4'095;
// The largest weight of a length.
inline constexpr uint32_t kMostWeight = 15;
// What bounds stay below: the largest total with the largest weight, and what rounding adds.
inline constexpr uint16_t kBoundsEnd = 65'535;

const ScanLoops& UsualScanLoops();
// For this processor, from the slowest to the fastest.
std::span<const ScanLoops* const> SupportedScanLoops();
const ScanLoops& FastestScanLoops();

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LOOPS_H_
