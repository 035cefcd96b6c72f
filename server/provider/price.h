// What answers cost, by the price table of the configuration. Pure.
#ifndef ATTUNE_PROVIDER_PRICE_H_
#define ATTUNE_PROVIDER_PRICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/message.h"
#include "base/money.h"

namespace attune {

// Of one model, from a time on until the next price begins. Amounts are nanos (billionths of the currency's unit) for a
// million tokens: 0.15 USD is 150,000,000.
struct Price {
  absl::Time from = absl::InfinitePast();
  std::string currency = "USD";
  int64_t input = 0;
  int64_t cached_input = 0;  // read from the vendor's prompt cache
  int64_t output = 0;        // reasoning is output
};

// The price in force at a time; nullptr: there is none. `prices` is sorted by `from`.
const Price* PriceAt(const std::vector<Price>& prices, absl::Time time);

// More than any answer costs: 100,000 of a currency's unit. A count of tokens that a vendor made up costs no more.
inline constexpr int64_t kMostCostNanos = 100'000 * kNanosPerUnit;

// Rounded up to a whole nano, at most kMostCostNanos, so that many can be added up. nullopt, "unknown", without a price
// or a reported usage.
std::optional<Money> CostOf(const Price* price, const Usage& usage);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_PRICE_H_
