// The loops of a scan that run over every row of a window. Each is written so that the compiler vectorises it, and
// exists twice: for any processor, and for those with AVX2 (two of them by hand: scan_loops_avx2.h), chosen when the
// program runs.
#ifndef ATTUNE_DATASET_SCAN_LOOPS_H_
#define ATTUNE_DATASET_SCAN_LOOPS_H_

#include <cstddef>
#include <cstdint>

namespace attune {

// How a row's length weighs: scale / (base + slope * length).
struct LengthWeights {
  float scale = 1;
  float base = 1;
  float slope = 0;
};

// Arrays have kBlockRows (row_bits.h) elements for each of `blocks`, or `rows` of them.
struct ScanLoops {
  // Adds `amount` to the sums of the rows whose bit is set; no sum may go over 255.
  void (*add)(const uint8_t* bits, size_t blocks, uint8_t amount, uint8_t* sums);
  // Adds the sums to the totals.
  void (*widen)(const uint8_t* sums, size_t blocks, uint16_t* totals);
  // Makes bounds of the totals: with the masses, which are below 2^31, times `per_mass`, each times the weight of its
  // row, rounded up, at least 1 where there is anything; 0 where there is nothing. They come out below 65,535.
  void (*weigh)(const uint32_t* masses, float per_mass, const uint16_t* lengths, LengthWeights weights, size_t blocks,
                uint16_t* totals);
  uint16_t (*largest)(const uint16_t* bounds, size_t rows);
  size_t (*count_from)(const uint16_t* bounds, size_t rows, uint16_t from);
  // Writes the rows whose bounds are in [from, below), in order, and returns how many. There are at most 65,536 `rows`.
  size_t (*collect)(const uint16_t* bounds, size_t rows, uint16_t from, uint16_t below, uint16_t* found);
};

// Of a row: its total with its masses times `per_mass`.
inline constexpr uint32_t kMostTotal = 4'095;
// The largest weight of a length, so that a bound stays below 65,535.
inline constexpr uint32_t kMostWeight = 15;

const ScanLoops& UsualScanLoops();
// Those that this processor runs fastest.
const ScanLoops& FastestScanLoops();

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LOOPS_H_
