#include "provider/gauges.h"

#include <algorithm>

namespace attune {

ModelGauges& ProviderGauges::Of(std::string_view model) {
  if (const auto found = models_.find(model); found != models_.end()) return found->second;
  return models_[std::string(models_.size() < kMaxGaugedModels ? model : kOtherModels)];
}

void ProviderGauges::SetBreaker(std::string_view model, BreakerState state) {
  std::optional<BreakerState>& breaker = Of(model).breaker;
  breaker = std::max(breaker.value_or(state), state);
}

void ProviderGauges::AddInFlight(std::string_view model, int64_t calls) {
  std::optional<int64_t>& in_flight = Of(model).in_flight;
  in_flight = in_flight.value_or(0) + calls;
}

void ProviderGauges::AddWaiting(std::string_view model, int64_t calls) {
  std::optional<int64_t>& waiting = Of(model).waiting;
  waiting = waiting.value_or(0) + calls;
}

void ProviderGauges::AddHedges(std::string_view model, const HedgeCounts& counts) {
  std::optional<HedgeCounts>& hedges = Of(model).hedges;
  if (!hedges) hedges.emplace();
  hedges->begun += counts.begun;
  hedges->won += counts.won;
  hedges->refused += counts.refused;
}

}  // namespace attune
