#include "base/money.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(MoneyTest, ReadsDecimalsExactlyAndNothingElse) {
  const std::pair<const char*, int64_t> good[] = {{"0", 0},
                                                  {"0.15", 150'000'000},
                                                  {"15", 15'000'000'000},
                                                  {"0.000000001", 1},
                                                  {"1000000", 1'000'000'000'000'000},
                                                  {"007.50", 7'500'000'000}};
  for (const auto& [text, nanos] : good) EXPECT_EQ(ParseNanos(text), nanos) << text;
  for (const char* bad : {"", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000000001", "1000000.000000001", "10000000",
                          "1,5", " 1", "1 ", "nan", "0x1"}) {
    EXPECT_EQ(ParseNanos(bad), std::nullopt) << bad;
  }
}

TEST(MoneyTest, ASumIsKnownIfAllOfItIs) {
  const std::optional<Money> dollars = Money{5, "USD"}, unknown;
  EXPECT_EQ(Sum(dollars, Money{7, "USD"}), (Money{12, "USD"}));
  EXPECT_EQ(Sum(dollars, Money()), dollars);
  EXPECT_EQ(Sum(Money(), dollars), dollars);
  EXPECT_EQ(Sum(Money{0, "EUR"}, dollars), dollars) << "nothing has no currency";
  EXPECT_EQ(Sum(dollars, Money{7, "EUR"}), unknown);
  EXPECT_EQ(Sum(dollars, unknown), unknown);
  EXPECT_EQ(Sum(unknown, Money()), unknown);
}

TEST(MoneyTest, ShowsAsManyPlacesAsItNeedsAndAtLeastTwo) {
  EXPECT_EQ(FormatMoney({1'500'000, "USD"}), "0.0015 USD");
  EXPECT_EQ(FormatMoney({0, "EUR"}), "0.00 EUR");
  EXPECT_EQ(FormatMoney({12'300'000'000, "USD"}), "12.30 USD");
  EXPECT_EQ(FormatMoney({1, ""}), "0.000000001");
}

}  // namespace
}  // namespace attune
