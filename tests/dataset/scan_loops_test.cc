// All kinds of the loops, and sets of rows as bits, against loops that look at one row at a time.
#include "dataset/scan_loops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "dataset/row_bits.h"

namespace attune {
namespace {

constexpr LengthWeights kWeights = {.scale = 30, .base = 2, .slope = 0.25};
constexpr LengthWeights kSteepWeights = {.scale = 15 * 101, .base = 101, .slope = 100};  // k1 is 100, texts are short
constexpr double kPerMass = 1e-6;

class ScanLoopsTest : public testing::TestWithParam<const ScanLoops*> {
 protected:
  static constexpr size_t kBlocks = 3;
  static constexpr size_t kRows = kBlocks * kBlockRows;

  template <typename T>
  std::vector<T> Random(size_t size, uint32_t end) {
    std::vector<T> numbers(size);
    for (T& number : numbers) number = static_cast<T>(random_() % end);
    return numbers;
  }
  // One row in three, of a block before the window as well.
  std::vector<uint8_t> RandomSet() {
    std::vector<uint8_t> bits(RowBitsBytes(kBlockRows + kRows));
    for (uint32_t slot = 0; slot < kBlockRows + kRows; ++slot) {
      if (random_() % 3 == 0) SetRow(slot, bits.data());
    }
    return bits;
  }
  static std::vector<uint16_t> PeaksOf(const std::vector<uint16_t>& bounds) {
    std::vector<uint16_t> peaks(bounds.size() / kBlockRows * kPeaks);
    for (size_t row = 0; row < bounds.size(); ++row) {
      uint16_t& peak = peaks[row / kBlockRows * kPeaks + row % kPeaks];
      peak = std::max(peak, bounds[row]);
    }
    return peaks;
  }
  // The usual loop divides; the others go by an estimate of at most that error.
  double MostRounding() const { return &loops_ == &UsualScanLoops() ? 2e-6 : 3.1 / 4096; }

  // None too low, and hardly one too high; `sets` have a block before the window.
  void ExpectBounds(const std::vector<DenseSet>& sets, size_t blocks, const std::vector<uint32_t>& masses,
                    const std::vector<uint16_t>& lengths, const LengthWeights& weights) const {
    std::vector<uint16_t> bounds(blocks * kBlockRows + 1, 7);
    std::vector<uint16_t> peaks(blocks * kPeaks + 1, 7);
    loops_.bound({.blocks = blocks,
                  .sets = sets,
                  .first_byte = kBlockBytes,
                  .masses = masses.data(),
                  .per_mass = static_cast<float>(kPerMass * (1 + 1e-6)),
                  .lengths = lengths.data(),
                  .weights = weights},
                 bounds.data(), peaks.data());
    EXPECT_EQ(bounds.back(), 7) << "written past the window";
    EXPECT_EQ(peaks.back(), 7) << "written past the window";
    bounds.pop_back();
    peaks.pop_back();
    EXPECT_EQ(peaks, PeaksOf(bounds));
    for (uint32_t row = 0; row < bounds.size(); ++row) {
      uint32_t steps = 0;
      for (const DenseSet& set : sets) steps += HasRow(set.bits, kBlockRows + row) * set.step;
      const double weight = double{weights.scale} / (weights.base + double{weights.slope} * lengths[row]);
      const double exact = (steps + masses[row] * kPerMass) * weight;
      EXPECT_EQ(bounds[row] > 0, exact > 0) << row;
      EXPECT_GE(bounds[row], exact * (1 - 1e-6)) << row;
      EXPECT_LE(bounds[row], exact * (1 + MostRounding()) + 1) << row;
    }
  }

  const ScanLoops& loops_ = *GetParam();
  std::mt19937 random_{1};
};

TEST_P(ScanLoopsTest, ABoundIsNeverTooLowAndHardlyTooHigh) {
  const std::vector<std::vector<uint8_t>> bits = {RandomSet(), RandomSet(), RandomSet(), RandomSet()};
  // Two chunks: the sums of each are 255 at most, those of both are more.
  const std::vector<DenseSet> sets = {{bits[0].data(), 200, false},
                                      {bits[1].data(), 55, true},
                                      {bits[2].data(), 1, false},
                                      {bits[3].data(), 254, true}};
  std::vector<uint32_t> masses = Random<uint32_t>(kRows, 2'000'000'000);
  for (size_t i = 0; i < kRows; i += 2) masses[i] = static_cast<uint32_t>(i % 8 / 2);
  for (size_t blocks = 1; blocks <= kBlocks; ++blocks) {
    ExpectBounds(sets, blocks, masses, Random<uint16_t>(kRows, 300), kWeights);
    ExpectBounds(sets, blocks, masses, Random<uint16_t>(kRows, 65'536), kSteepWeights);
  }
}

TEST_P(ScanLoopsTest, WithoutSetsTheMassesAreAll) {
  const std::vector<uint32_t> masses(kBlockRows, 2'010'000);
  const std::vector<uint16_t> lengths(kBlockRows, 4);
  std::vector<uint16_t> bounds(kBlockRows);
  std::vector<uint16_t> peaks(kPeaks);
  loops_.bound({.blocks = 1,
                .masses = masses.data(),
                .per_mass = static_cast<float>(kPerMass),
                .lengths = lengths.data(),
                .weights = kWeights},
               bounds.data(), peaks.data());
  EXPECT_EQ(bounds, std::vector<uint16_t>(kBlockRows, 21));  // 2.01 * 30 / 3, rounded up
  EXPECT_EQ(peaks, std::vector<uint16_t>(kPeaks, 21));
}

TEST_P(ScanLoopsTest, FindsCountsAndCollects) {
  const std::vector<uint16_t> bounds = Random<uint16_t>(kRows, 60'000);
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{31}, size_t{33}, size_t{300}, kRows}) {
    const auto end = bounds.begin() + static_cast<ptrdiff_t>(rows);
    for (const uint16_t from : {uint16_t{0}, uint16_t{30'000}, uint16_t{59'000}, uint16_t{65'535}}) {
      EXPECT_EQ(loops_.count_from(bounds.data(), rows, from),
                std::count_if(bounds.begin(), end, [from](uint16_t bound) { return bound >= from; }));
      std::vector<uint16_t> expected, found(rows + 1);
      for (size_t i = 0; i < rows; ++i) {
        if (bounds[i] >= from && bounds[i] < 59'500) expected.push_back(static_cast<uint16_t>(i));
      }
      found.resize(loops_.collect(bounds.data(), rows, from, 59'500, found.data()));
      EXPECT_EQ(found, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Supported, ScanLoopsTest, testing::ValuesIn(SupportedScanLoops()));

TEST(RowBits, HoldTheRowsInOrder) {
  constexpr uint32_t kRows = 700;
  std::vector<uint8_t> bits(RowBitsBytes(kRows));
  std::vector<uint32_t> expected;
  for (uint32_t slot = 0; slot < kRows; slot += 1 + slot % 7) {
    SetRow(slot, bits.data());
    expected.push_back(slot);
  }
  std::vector<uint32_t> visited;
  VisitRows(bits.data(), kRows, [&](uint32_t slot) { visited.push_back(slot); });
  EXPECT_EQ(visited, expected);
  for (const uint32_t end : {0u, 1u, 31u, 32u, 255u, 256u, 257u, 699u, 700u}) {
    EXPECT_EQ(CountRows(bits.data(), end),
              std::count_if(expected.begin(), expected.end(), [end](uint32_t slot) { return slot < end; }));
  }
}

}  // namespace
}  // namespace attune
