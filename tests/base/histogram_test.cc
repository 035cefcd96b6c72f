#include "base/histogram.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace attune {
namespace {

constexpr HistogramBounds kBounds = GeometricBounds(10, 2);

TEST(Histogram, BoundsGrowByTheFactor) {
  EXPECT_EQ(kBounds.front(), 10);
  EXPECT_EQ(kBounds[1], 20);
  EXPECT_EQ(kBounds.back(), 10 << 13);
}

TEST(Histogram, PutsEachValueIntoItsBucket) {
  const struct {
    int64_t value;
    size_t bucket;
  } kCases[] = {{0, 0}, {10, 0}, {11, 1}, {20, 1}, {21, 2}, {10 << 13, 13}, {(10 << 13) + 1, 14}, {1 << 30, 14}};
  for (const auto& c : kCases) {
    Histogram histogram(kBounds);
    histogram.Add(c.value);
    const Histogram::Snapshot now = histogram.Read();
    for (size_t bucket = 0; bucket < now.counts.size(); ++bucket) {
      EXPECT_EQ(now.counts[bucket], bucket == c.bucket ? 1 : 0) << c.value << " in bucket " << bucket;
    }
    EXPECT_EQ(now.count, 1) << c.value;
    EXPECT_EQ(now.sum, c.value);
  }
}

TEST(Histogram, LosesNothingWhenManyAdd) {
  constexpr int kThreads = 4, kTimes = 10'000;
  Histogram histogram(kBounds);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&histogram] {
      for (int value = 0; value < kTimes; ++value) histogram.Add(value % 100);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Histogram::Snapshot now = histogram.Read();
  EXPECT_EQ(now.count, kThreads * kTimes);
  EXPECT_EQ(now.sum, kThreads * kTimes / 100 * 4950);
  EXPECT_EQ(now.counts[0], kThreads * kTimes / 100 * 11);
}

}  // namespace
}  // namespace attune
