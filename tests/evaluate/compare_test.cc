#include "evaluate/compare.h"

#include <gtest/gtest.h>

#include <vector>

namespace attune {
namespace {

TEST(Compare, SharesGetWilsonAndMcNemar) {
  std::vector<double> baseline(20, 0);
  std::vector<double> candidate(20, 0);
  for (int i = 0; i < 17; ++i) candidate[i] = 1;
  for (int i = 5; i < 17; ++i) baseline[i] = 1;
  baseline[19] = 1;
  const v1::Estimate estimate = EstimateMean("exact", candidate);
  EXPECT_EQ(estimate.method(), "wilson");
  EXPECT_EQ(estimate.metric(), "exact");
  EXPECT_EQ(estimate.cases(), 20);
  EXPECT_DOUBLE_EQ(estimate.mean(), 0.85);
  EXPECT_NEAR(estimate.low(), 0.6396, 1e-4);
  EXPECT_NEAR(estimate.high(), 0.9476, 1e-4);
  const v1::Comparison comparison = ComparePaired("exact", baseline, candidate);
  EXPECT_EQ(comparison.test(), "mcnemar-exact");
  EXPECT_EQ(comparison.wins(), 5);
  EXPECT_EQ(comparison.losses(), 1);
  EXPECT_EQ(comparison.cases(), 20);
  EXPECT_DOUBLE_EQ(comparison.difference(), 0.2);
  EXPECT_NEAR(comparison.p_value(), 2 * 7 / 64.0, 1e-12);
  EXPECT_LE(comparison.low(), 0.2);
  EXPECT_GE(comparison.high(), 0.2);
}

TEST(Compare, OtherScoresGetTheBootstrap) {
  const std::vector<double> baseline = {0.5, 0.25, 1, 0, 0.75};
  const std::vector<double> candidate = {0.75, 0.5, 1, 0.25, 1};
  const v1::Estimate estimate = EstimateMean("token_f1", baseline);
  EXPECT_EQ(estimate.method(), "bootstrap");
  EXPECT_DOUBLE_EQ(estimate.mean(), 0.5);
  EXPECT_LT(estimate.low(), 0.5);
  EXPECT_GT(estimate.high(), 0.5);
  const v1::Comparison comparison = ComparePaired("token_f1", baseline, candidate);
  EXPECT_EQ(comparison.test(), "paired-bootstrap");
  EXPECT_DOUBLE_EQ(comparison.difference(), 0.2);
  EXPECT_EQ(comparison.wins(), 4);
  EXPECT_EQ(comparison.losses(), 0);
  EXPECT_DOUBLE_EQ(comparison.p_value(), 0.125);  // four differences of one sign prove no more than that
}

}  // namespace
}  // namespace attune
