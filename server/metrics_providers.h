// The part of the metrics that the providers in force tell: breakers, places, queues, hedges, and their cache.
#ifndef ATTUNE_METRICS_PROVIDERS_H_
#define ATTUNE_METRICS_PROVIDERS_H_

#include "metric_families.h"
#include "provider/registry.h"

namespace attune {

// All families, also those without a series yet.
void PutProviders(const ProviderRegistry& providers, Families& families);

}  // namespace attune

#endif  // ATTUNE_METRICS_PROVIDERS_H_
