#include "evaluate/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <vector>

namespace attune {
namespace {

TEST(Wilson, GivesThePublishedIntervals) {
  const struct {
    int64_t successes, trials;
    double low, high;
  } cases[] = {
      {17, 20, 0.6396, 0.9476},
      {850, 1000, 0.8265, 0.8708},
      {81, 263, 0.2553, 0.3662},  // Newcombe 1998, table I
      {15, 148, 0.0624, 0.1605},
      {0, 20, 0, 0.1611},
      {1, 29, 0.0061, 0.1718},
      {29, 29, 1 - 0.1170, 1},
      {0, 0, 0, 1},
  };
  for (const auto& test : cases) {
    const Interval interval = WilsonInterval(test.successes, test.trials);
    EXPECT_NEAR(interval.low, test.low, 6e-5) << test.successes << "/" << test.trials;
    EXPECT_NEAR(interval.high, test.high, 6e-5) << test.successes << "/" << test.trials;
  }
}

// 2 * sum of binomial(n, k) / 2^n up to the smaller count, by hand.
TEST(McNemar, IsTheExactBinomialTest) {
  const struct {
    int64_t wins, losses;
    double p;
  } cases[] = {
      {0, 0, 1},
      {3, 3, 1},
      {1, 0, 1},
      {5, 0, 2.0 / 32},
      {0, 6, 2.0 / 64},
      {10, 2, 2 * (1 + 12 + 66) / 4096.0},
      {2, 10, 2 * (1 + 12 + 66) / 4096.0},
      {9, 1, 2 * (1 + 10) / 1024.0},
      {4, 3, 1},
      {1000, 0, 2 * std::pow(0.5, 1000)},
  };
  for (const auto& test : cases) {
    EXPECT_NEAR(McNemarExact(test.wins, test.losses) / test.p, 1, 1e-9) << test.wins << ":" << test.losses;
  }
}

TEST(McNemar, IsStableForManyPairs) {
  EXPECT_EQ(McNemarExact(100'000, 0), 0);
  EXPECT_EQ(McNemarExact(50'000, 50'000), 1);
  // The normal approximation with continuity correction is good here.
  const double z = (26'000.0 - 25'000.0 - 0.5) / std::sqrt(50'000.0 / 4);
  EXPECT_NEAR(McNemarExact(26'000, 24'000) / std::erfc(z / std::sqrt(2.0)), 1, 0.02);
}

std::vector<double> Spread(size_t count) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i % 101) / 100;
  return values;
}

TEST(Bootstrap, ComesCloseToTheNormalIntervalForManyValues) {
  const std::vector<double> values = Spread(10'100);  // mean 0.5, variance (101^2 - 1) / 12 / 100^2
  const double error = std::sqrt((101.0 * 101 - 1) / 12) / 100 / std::sqrt(10'100.0);
  const Interval interval = BootstrapMean(values, 1);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * error, 0.15 * error);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * error, 0.15 * error);
}

TEST(Bootstrap, IsTheSameEveryTime) {
  const std::vector<double> values = Spread(77);
  EXPECT_EQ(BootstrapMean(values, 7).low, BootstrapMean(values, 7).low);
  EXPECT_NE(BootstrapMean(values, 7).low, BootstrapMean(values, 8).low);
}

TEST(Bootstrap, OfNothingAndOfOneValueIsThatValue) {
  EXPECT_EQ(BootstrapMean({}, 1).high, 0);
  const std::vector<double> one = {0.25};
  EXPECT_EQ(BootstrapMean(one, 1).low, 0.25);
  EXPECT_EQ(BootstrapMean(one, 1).high, 0.25);
  const std::vector<double> same(10, 0.5);
  EXPECT_EQ(BootstrapMean(same, 1).low, 0.5);
}

// Three values have 27 equally likely resamples: the exact distribution is known. P(mean < 0) = 7/27.
TEST(Bootstrap, DrawsEvenly) {
  const std::vector<double> values = {-1, 1, 1};
  const PairedBootstrap result = BootstrapDifference(values, 3);
  EXPECT_EQ(result.interval.low, -1);  // P(all three are -1) = 1/27 > 2.5 %
  EXPECT_EQ(result.interval.high, 1);
  EXPECT_NEAR(result.p_value, 2 * 7.0 / 27, 4 * 2 * 0.0098);  // four standard errors
}

TEST(PairedBootstrap, TellsADifferenceFromNone) {
  std::vector<double> better(200, 0.1);
  for (size_t i = 0; i < better.size(); i += 3) better[i] = -0.05;
  const PairedBootstrap clear = BootstrapDifference(better, 1);
  EXPECT_GT(clear.interval.low, 0);
  EXPECT_NEAR(clear.p_value, 2.0 / 2001, 1e-12);
  for (double& value : better) value = -value;
  EXPECT_LT(BootstrapDifference(better, 1).interval.high, 0);
  EXPECT_NEAR(BootstrapDifference(better, 1).p_value, 2.0 / 2001, 1e-12);
  const std::vector<double> none(50, 0);
  EXPECT_EQ(BootstrapDifference(none, 1).p_value, 1);
  EXPECT_EQ(BootstrapDifference({}, 1).p_value, 1);
}

TEST(Bootstrap, OfTenThousandCasesIsCheap) {
  const std::vector<double> values = Spread(10'000);
  const std::clock_t begin = std::clock();
  BootstrapMean(values, 1);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  RecordProperty("microseconds", static_cast<int>(seconds * 1e6));
  EXPECT_LT(seconds, 3);  // 0.03 in a release build; wide enough for the sanitizers
}

}  // namespace
}  // namespace attune
