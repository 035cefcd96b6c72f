// Asks a vendor a second time when it is slower than it mostly is, and takes what comes first: the slowest calls of a
// model become nearly as fast as the others, for few calls more (Dean and Barroso, "The Tail at Scale", CACM 2013).
#ifndef ATTUNE_PROVIDER_HEDGE_H_
#define ATTUNE_PROVIDER_HEDGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/sleep.h"
#include "provider/gauges.h"
#include "provider/latency_window.h"
#include "provider/provider.h"

namespace attune {

struct HedgePolicy {
  // The hedge begins when a call has given nothing for as long as so many of a hundred of its model's last calls did
  // at most: 0 to 100.
  double percentile = 95;
  // Hedges are at most this share of a model's calls, which is what they may cost: 0 to 1. 0: no hedges.
  double budget = 0.05;
  int32_t min_samples = 20;  // times that must be known, at most LatencyWindow::kSamples
};

inline constexpr size_t kMaxHedgedModels = 256;  // of one vendor; one more takes the place of the longest unused
inline constexpr int32_t kMaxSavedHedges = 10;   // of one model: what quiet times leave for a bad moment

// The time of a call is that to the first text of a stream, and to the whole answer otherwise; the two are kept apart,
// for each model. Only successes count, and each from its own beginning, also if it was the hedge that answered: that
// is longer than the percentile in any case, so the percentile stays right. Which call's answer counts, and what a
// failure means: hedge_race.h. The loser's text reaches nobody; both are in ModelAnswer.attempts. Without a need of a
// hedge (too few samples, a deadline that comes before it) the call is merely timed. Thread-safe.
class HedgeProvider final : public Provider, public GaugeSource {
 public:
  // Clock and sleeper must outlive it.
  HedgeProvider(std::unique_ptr<Provider> inner, HedgePolicy policy, const Clock& clock, const Sleeper& sleeper)
      : inner_(std::move(inner)), policy_(policy), clock_(clock), sleeper_(sleeper) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
  // Of each model that is known.
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  struct Model {
    LatencyWindow streamed, whole;
    int64_t credit = 0;  // millionths of a hedge: each call adds its share, each hedge takes 1'000'000
    uint64_t used = 0;   // the greatest was used last
    HedgeCounts counts;
    LatencyWindow& times(bool stream) { return stream ? streamed : whole; }
  };

  asio::awaitable<absl::StatusOr<ModelAnswer>> GenerateTimed(const ModelRequest& request, TextSink* sink);
  // Counts a call and tells after what time it may be hedged; nullopt: not at all, too little is known.
  std::optional<absl::Duration> Enter(const std::string& model, bool stream);
  // Whether the budget has a hedge for this model, which it then takes.
  bool TakeHedge(const std::string& model);
  void CountWin(const std::string& model);
  void AddTime(const std::string& model, bool stream, absl::Duration time);
  void MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<Provider> inner_;
  const HedgePolicy policy_;
  const Clock& clock_;
  const Sleeper& sleeper_;
  mutable Mutex mutex_;
  // Only models that have answered: names that are none take no place.
  absl::flat_hash_map<std::string, Model> models_ ABSL_GUARDED_BY(mutex_);
  uint64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_HEDGE_H_
