#include "metrics_providers.h"

#include <map>
#include <string>
#include <utility>

namespace attune {
namespace {

void PutGauges(const std::map<std::string, ProviderGauges>& providers, Families& families) {
  Family breakers = Family::Gauge("attune_breaker_state", "Breaker of a model: 0 closed, 1 half open, 2 open.");
  Family in_flight = Family::Gauge("attune_provider_in_flight", "Calls of a provider that are under way.");
  Family waiting = Family::Gauge("attune_provider_queue", "Calls that wait for a place, or for the vendor's limit.");
  for (const auto& [provider, gauges] : providers) {
    for (const auto& [model, gauge] : gauges.models()) {
      const MetricLabels labels = {{"provider", provider}, {"model", model}};
      if (gauge.breaker) breakers.Add(labels, static_cast<int64_t>(*gauge.breaker));
      if (gauge.in_flight) in_flight.Add(labels, *gauge.in_flight);
      if (gauge.waiting) waiting.Add(labels, *gauge.waiting);
    }
  }
  for (Family* family : {&breakers, &in_flight, &waiting}) Put(std::move(*family), families);
}

void PutHedges(const std::map<std::string, ProviderGauges>& providers, Families& families) {
  Family begun = Family::Counter("attune_hedges_total", "Calls of a model that were hedged by a second one.");
  Family won = Family::Counter("attune_hedges_won_total", "Hedges that were faster than the calls before them.");
  Family refused = Family::Counter("attune_hedges_refused_total", "Hedges for which the budget had nothing left.");
  for (const auto& [provider, gauges] : providers) {
    for (const auto& [model, gauge] : gauges.models()) {
      if (!gauge.hedges) continue;
      const MetricLabels labels = {{"provider", provider}, {"model", model}};
      begun.Add(labels, gauge.hedges->begun);
      won.Add(labels, gauge.hedges->won);
      refused.Add(labels, gauge.hedges->refused);
    }
  }
  for (Family* family : {&begun, &won, &refused}) Put(std::move(*family), families);
}

void PutCache(const AnswerCache* cache, Families& families) {
  Family bytes = Family::Gauge("attune_cache_bytes", "Size of the answers in the cache, with the calls they answer.");
  Family entries = Family::Gauge("attune_cache_entries", "Answers in the cache.");
  Family hits = Family::Counter("attune_cache_hits_total", "Calls that the cache answered.");
  Family misses = Family::Counter("attune_cache_misses_total", "Calls that the cache was asked for in vain.");
  Family evicted = Family::Counter("attune_cache_evictions_total", "Answers that made room for others.");
  if (cache != nullptr) {
    const AnswerCache::Counters counters = cache->counters();
    bytes.Add({}, static_cast<int64_t>(counters.bytes));
    entries.Add({}, static_cast<int64_t>(counters.entries));
    hits.Add({}, counters.hits);
    misses.Add({}, counters.misses);
    evicted.Add({}, counters.evicted);
  }
  for (Family* family : {&bytes, &entries, &hits, &misses, &evicted}) Put(std::move(*family), families);
}

}  // namespace

void PutProviders(const ProviderRegistry& providers, Families& families) {
  const std::map<std::string, ProviderGauges> gauges = providers.Gauges();
  PutGauges(gauges, families);
  PutHedges(gauges, families);
  PutCache(providers.cache(), families);
}

}  // namespace attune
