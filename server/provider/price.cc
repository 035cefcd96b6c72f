#include "provider/price.h"

#include <algorithm>

#include "absl/numeric/int128.h"

namespace attune {
namespace {

constexpr int64_t kTokens = 1'000'000;  // that a price is for

}  // namespace

const Price* PriceAt(const std::vector<Price>& prices, absl::Time time) {
  const Price* in_force = nullptr;
  for (const Price& price : prices) {
    if (price.from <= time) in_force = &price;
  }
  return in_force;
}

std::optional<Money> CostOf(const Price* price, const Usage& usage) {
  if (price == nullptr || !usage.reported) return std::nullopt;
  const int64_t input = std::max<int64_t>(usage.input_tokens, 0);
  const int64_t cached = std::clamp<int64_t>(usage.cached_input_tokens, 0, input);
  absl::int128 sum = absl::int128(input - cached) * price->input + absl::int128(cached) * price->cached_input;
  sum += absl::int128(std::max<int64_t>(usage.output_tokens, 0)) * price->output;
  const absl::int128 nanos = (sum + kTokens - 1) / kTokens;
  return Money{.nanos = static_cast<int64_t>(std::min<absl::int128>(nanos, kMostCostNanos)),
               .currency = price->currency};
}

}  // namespace attune
