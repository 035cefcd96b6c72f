#include "base/cost_totals.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace attune {
namespace {

using testing::ElementsAre;

TEST(CostTotalsTest, AddsUpEachCurrency) {
  CostTotals totals;
  EXPECT_THAT(totals.Read(), ElementsAre());
  EXPECT_TRUE(totals.Add({3, "USD"}));
  EXPECT_TRUE(totals.Add({5, "EUR"}));
  EXPECT_TRUE(totals.Add({4, "USD"}));
  EXPECT_THAT(totals.Read(), ElementsAre(Money{7, "USD"}, Money{5, "EUR"}));
}

TEST(CostTotalsTest, TakesWhatIsFreeWithoutACurrency) {
  CostTotals totals;
  EXPECT_TRUE(totals.Add({}));
  EXPECT_FALSE(totals.Add({1, ""}));
  EXPECT_THAT(totals.Read(), ElementsAre());
}

TEST(CostTotalsTest, RefusesWhatItHasNoRoomFor) {
  CostTotals totals;
  EXPECT_FALSE(totals.Add({1, "EUROS"}));
  for (const char* currency : {"A", "BB", "CCC", "DDDD"}) EXPECT_TRUE(totals.Add({1, currency}));
  EXPECT_FALSE(totals.Add({1, "USD"}));
  EXPECT_TRUE(totals.Add({1, "DDDD"}));
  EXPECT_THAT(totals.Read(), ElementsAre(Money{1, "A"}, Money{1, "BB"}, Money{1, "CCC"}, Money{2, "DDDD"}));
}

TEST(CostTotalsTest, ThreadsShareTheCurrencies) {
  constexpr int kThreads = 4, kTimes = 5'000;
  CostTotals totals;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&totals] {
      for (int n = 0; n < kTimes; ++n) totals.Add({1, n % 2 == 0 ? "USD" : "EUR"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  constexpr int64_t kEach = kThreads * kTimes / 2;
  EXPECT_THAT(totals.Read(), testing::UnorderedElementsAre(Money{kEach, "USD"}, Money{kEach, "EUR"}));
}

}  // namespace
}  // namespace attune
