#include "metrics_providers.h"

#include <utility>

namespace attune {

void PutProviders(const ProviderRegistry& providers, Families& families) {
  Family breakers = Family::Gauge("attune_breaker_state", "Breaker of a model: 0 closed, 1 half open, 2 open.");
  Family in_flight = Family::Gauge("attune_provider_in_flight", "Calls of a provider that are under way.");
  Family waiting = Family::Gauge("attune_provider_queue", "Calls that wait for a place, or for the vendor's limit.");
  for (const auto& [provider, gauges] : providers.Gauges()) {
    for (const auto& [model, gauge] : gauges.models()) {
      const MetricLabels labels = {{"provider", provider}, {"model", model}};
      if (gauge.breaker) breakers.Add(labels, static_cast<int64_t>(*gauge.breaker));
      if (gauge.in_flight) in_flight.Add(labels, *gauge.in_flight);
      if (gauge.waiting) waiting.Add(labels, *gauge.waiting);
    }
  }
  for (Family* family : {&breakers, &in_flight, &waiting}) Put(std::move(*family), families);
}

}  // namespace attune
