// Counts and times of calls for embeddings by model, for metrics, and the decorator that counts them.
#ifndef ATTUNE_PROVIDER_EMBED_STATS_H_
#define ATTUNE_PROVIDER_EMBED_STATS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/cost_totals.h"
#include "base/histogram.h"
#include "base/mutex.h"
#include "provider/embedder.h"
#include "provider/model_facts.h"

namespace attune {

inline constexpr size_t kMaxEmbedStats = 1'024;  // pairs of model and outcome; later ones go as kOtherModels

// Nanoseconds, from 10 ms to 82 s, and tokens, from 1 to 67 million: as those of Asks.
inline constexpr HistogramBounds kEmbedDurationBounds = GeometricBounds(10'000'000, 2);
inline constexpr HistogramBounds kEmbedTokenBounds = GeometricBounds(1, 4);

// Calls of one model that ended alike.
struct EmbedCounts {
  const std::string model;    // "provider/model"; kOtherModels of those that never answered, whose names are anyone's
  const std::string outcome;  // "ok", or the reason of the error
  std::atomic<int64_t> texts{0};
  Histogram duration{kEmbedDurationBounds};
  Histogram input_tokens{kEmbedTokenBounds};  // of calls whose vendor told them
  CostTotals cost;                            // of answers
  std::atomic<int64_t> unknown_costs{0};      // answers whose cost is not in `cost`
};

// Thread-safe.
class EmbedStats {
 public:
  // At the end of a call, once. `model` is "provider/model"; `price` is its own, null: unknown.
  void Add(const std::string& model, size_t texts, absl::Duration time, const absl::StatusOr<Embeddings>& outcome,
           const Price* price);

  // Each goes on counting, and lives as long as this object.
  std::vector<const EmbedCounts*> Rows() const;

 private:
  using Key = std::pair<std::string, std::string>;  // model, outcome
  EmbedCounts& Row(const std::string& model, std::string outcome);

  mutable Mutex mutex_;
  std::map<Key, std::unique_ptr<EmbedCounts>> rows_ ABSL_GUARDED_BY(mutex_);
};

// Counts the calls of another embedder, with all the attempts and batches that each took as one.
class CountingEmbedder final : public Embedder {
 public:
  // `name` is the vendor's; `models` tells the prices. `clock` and `stats` must outlive it.
  CountingEmbedder(std::string name, std::unique_ptr<Embedder> inner, std::shared_ptr<const ModelTable> models,
                   const Clock& clock, EmbedStats& stats)
      : name_(std::move(name)), inner_(std::move(inner)), models_(std::move(models)), clock_(clock), stats_(stats) {}

  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;
  bool MayKnow(std::string_view model) const override { return inner_->MayKnow(model); }

 private:
  const std::string name_;
  const std::unique_ptr<Embedder> inner_;
  const std::shared_ptr<const ModelTable> models_;
  const Clock& clock_;
  EmbedStats& stats_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_EMBED_STATS_H_
