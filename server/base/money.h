// Money, exactly: whole billionths of a currency's unit. Pure.
#ifndef ATTUNE_BASE_MONEY_H_
#define ATTUNE_BASE_MONEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace attune {

struct Money {
  int64_t nanos = 0;     // billionths of the currency's unit
  std::string currency;  // ISO 4217: "USD"; may be empty for nothing
  friend bool operator==(const Money&, const Money&) = default;
};

inline constexpr int64_t kNanosPerUnit = 1'000'000'000;
inline constexpr int64_t kMostMoneyUnits = 1'000'000;  // that ParseNanos takes

// "0.15" to 150,000,000: a decimal number from 0 to kMostMoneyUnits with at most nine places; nullopt: it is none.
std::optional<int64_t> ParseNanos(std::string_view text);

// Both together; a part that is unknown (nullopt), or in another currency, makes the whole unknown.
std::optional<Money> Sum(const std::optional<Money>& a, const std::optional<Money>& b);

// "0.0015 USD", with as many places as it needs, at least two. `money` is not negative.
std::string FormatMoney(const Money& money);

}  // namespace attune

#endif  // ATTUNE_BASE_MONEY_H_
