// What Prometheus is told of the server. Every metric is explained in docs/METRICS.md, which a test holds against this.
#ifndef ATTUNE_METRICS_H_
#define ATTUNE_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <memory>
#include <vector>

#include "ask/ask_stats.h"
#include "ask/asker.h"
#include "base/log.h"
#include "manage/backfill_counters.h"
#include "provider/embed_stats.h"
#include "provider/registry.h"
#include "store/interaction_queue.h"

namespace attune {

// Where the numbers are; all of it must outlive the metrics.
struct MetricsSources {
  const AskStats& stats;
  const Asker& asker;
  const InteractionQueue& interactions;
  const Log* log = nullptr;  // null: there is none
  const EmbedStats& embeds;
  const BackfillCounters& backfill;
  // Those in force: they are exchanged while the server runs.
  std::function<std::shared_ptr<const ProviderRegistry>()> providers;
};

// Reads the numbers when they are asked for; nothing is kept here, and nothing on the request path knows of it.
// Thread-safe.
class MetricsCollector final : public prometheus::Collectable {
 public:
  explicit MetricsCollector(MetricsSources sources);

  // All families, also those without a series yet.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const MetricsSources sources_;
};

}  // namespace attune

#endif  // ATTUNE_METRICS_H_
