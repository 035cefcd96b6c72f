#include "provider/price.h"

#include <gtest/gtest.h>

#include <limits>

namespace attune {
namespace {

const Price kSmall = {.input = 150'000'000, .cached_input = 75'000'000, .output = 600'000'000};

Usage Tokens(int64_t input, int64_t cached, int64_t output) {
  return {.reported = true, .input_tokens = input, .cached_input_tokens = cached, .output_tokens = output};
}

TEST(PriceTest, CostsAreExactAndRoundedUpToANano) {
  struct Case {
    Usage usage;
    int64_t nanos;
  };
  const Case cases[] = {
      {Tokens(0, 0, 0), 0},
      {Tokens(1000, 0, 0), 150'000},
      {Tokens(1000, 1000, 0), 75'000},
      {Tokens(1000, 400, 100), 600 * 150 + 400 * 75 + 100 * 600},
      {Tokens(10, 99, 0), 10 * 75},  // more cached than there is: all of it
      {Tokens(-5, -5, -5), 0},       // nonsense of a vendor makes no credit
      {Tokens(10, -3, 0), 10 * 150},
  };
  for (const Case& c : cases) EXPECT_EQ(CostOf(&kSmall, c.usage), (Money{c.nanos, "USD"}));
  EXPECT_EQ(CostOf(&kSmall, Tokens(0, 0, 1)), (Money{600, "USD"}));
  const Price odd = {.input = 1};
  EXPECT_EQ(CostOf(&odd, Tokens(1, 0, 0)), (Money{1, "USD"}));
}

TEST(PriceTest, WhatIsNotKnownIsUnknownAndNotZero) {
  EXPECT_EQ(CostOf(nullptr, Tokens(1, 0, 1)), std::nullopt);
  EXPECT_EQ(CostOf(&kSmall, Usage{.reported = false, .input_tokens = 5}), std::nullopt);
}

TEST(PriceTest, TheLargestSumsDoNotOverflow) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const Price dear = {.input = kMost, .cached_input = kMost, .output = kMost};
  EXPECT_EQ(CostOf(&dear, Tokens(kMost, 0, kMost))->nanos, kMostCostNanos);
  EXPECT_EQ(CostOf(&dear, Tokens(0, 0, 1))->nanos, kMost / 1'000'000 + 1);
}

TEST(PriceTest, ThePriceInForceIsTheLatestThatHasBegun) {
  const absl::Time first = absl::FromUnixSeconds(1000), second = absl::FromUnixSeconds(2000);
  const std::vector<Price> prices = {{.from = first, .input = 1}, {.from = second, .input = 2}};
  EXPECT_EQ(PriceAt(prices, first - absl::Seconds(1)), nullptr);
  EXPECT_EQ(PriceAt(prices, first)->input, 1);
  EXPECT_EQ(PriceAt(prices, second - absl::Nanoseconds(1))->input, 1);
  EXPECT_EQ(PriceAt(prices, second)->input, 2);
  EXPECT_EQ(PriceAt({}, second), nullptr);
  EXPECT_NE(PriceAt({Price()}, first), nullptr);  // one without a day
}

}  // namespace
}  // namespace attune
