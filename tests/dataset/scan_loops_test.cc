// Both kinds of the loops, and sets of rows as bits, against loops that look at one row at a time.
#include "dataset/scan_loops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "dataset/row_bits.h"

namespace attune {
namespace {

class ScanLoopsTest : public testing::TestWithParam<const ScanLoops*> {
 protected:
  static constexpr size_t kBlocks = 3;
  static constexpr size_t kRows = kBlocks * kBlockRows;
  static constexpr double kMostRounding = 1e-3;  // that of the estimate in scan_loops_avx2.h

  template <typename T>
  std::vector<T> Random(uint32_t end) {
    std::vector<T> numbers(kRows);
    for (T& number : numbers) number = static_cast<T>(random_() % end);
    return numbers;
  }

  const ScanLoops& loops_ = *GetParam();
  std::mt19937 random_{1};
};

TEST_P(ScanLoopsTest, AddsToTheRowsWhoseBitsAreSet) {
  std::vector<uint8_t> bits(RowBitsBytes(kRows));
  std::vector<uint8_t> sums = Random<uint8_t>(200);
  std::vector<uint8_t> expected = sums;
  for (uint32_t slot = 0; slot < kRows; ++slot) {
    if (random_() % 3 != 0) continue;
    SetRow(slot, bits.data());
    expected[slot] = static_cast<uint8_t>(expected[slot] + 55);
  }
  loops_.add(bits.data(), kBlocks, 55, sums.data());
  EXPECT_EQ(sums, expected);
}

TEST_P(ScanLoopsTest, WidensSums) {
  const std::vector<uint8_t> sums = Random<uint8_t>(256);
  std::vector<uint16_t> totals = Random<uint16_t>(1'000);
  std::vector<uint16_t> expected = totals;
  for (size_t i = 0; i < kRows; ++i) expected[i] = static_cast<uint16_t>(expected[i] + sums[i]);
  loops_.widen(sums.data(), kBlocks, totals.data());
  EXPECT_EQ(totals, expected);
}

TEST_P(ScanLoopsTest, ABoundIsNeverTooLowAndHardlyTooHigh) {
  std::vector<uint32_t> masses = Random<uint32_t>(2'000'000'000);
  std::vector<uint16_t> totals = Random<uint16_t>(2'000);
  const std::vector<uint16_t> lengths = Random<uint16_t>(300);
  constexpr LengthWeights kWeights = {.scale = 30, .base = 2, .slope = 0.25};
  masses[0] = totals[0] = 0;
  masses[1] = 1;
  totals[1] = 0;
  totals[2] = 1;
  masses[2] = 0;
  const std::vector<uint16_t> before = totals;
  constexpr double kPerMass = 1e-6;
  loops_.weigh(masses.data(), static_cast<float>(kPerMass * (1 + 1e-6)), lengths.data(), kWeights, kBlocks,
               totals.data());
  EXPECT_EQ(totals[0], 0);
  EXPECT_GE(totals[1], 1);
  EXPECT_GE(totals[2], 1);
  for (size_t i = 3; i < kRows; ++i) {
    const double exact = (before[i] + masses[i] * kPerMass) * 30 / (2 + 0.25 * lengths[i]);
    EXPECT_GE(totals[i], exact * (1 - 1e-6));
    EXPECT_LE(totals[i], exact * (1 + kMostRounding) + 1);
  }
}

TEST_P(ScanLoopsTest, FindsCountsAndCollects) {
  const std::vector<uint16_t> bounds = Random<uint16_t>(60'000);
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{31}, size_t{33}, size_t{300}, kRows}) {
    const auto end = bounds.begin() + static_cast<ptrdiff_t>(rows);
    EXPECT_EQ(loops_.largest(bounds.data(), rows), rows == 0 ? 0 : *std::max_element(bounds.begin(), end));
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

INSTANTIATE_TEST_SUITE_P(Usual, ScanLoopsTest, testing::Values(&UsualScanLoops()));
INSTANTIATE_TEST_SUITE_P(Fastest, ScanLoopsTest, testing::Values(&FastestScanLoops()));

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
