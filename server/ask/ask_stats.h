// Counts and distributions of Asks by model, for metrics.
#ifndef ATTUNE_ASK_ASK_STATS_H_
#define ATTUNE_ASK_ASK_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "ask/outcomes.h"
#include "ask/request.h"
#include "base/cost_totals.h"
#include "base/histogram.h"
#include "provider/gauges.h"

namespace attune {

inline constexpr size_t kMaxModelStats = 1'024;  // pairs of models, of 7 KiB each; later ones go as kOtherModels

// Nanoseconds, from 10 ms to 82 s, and tokens, from 1 to 67 million: as the OpenTelemetry conventions for generative AI
// advise. The overhead has its own, from 100 us to 0.8 s.
inline constexpr HistogramBounds kDurationBounds = GeometricBounds(10'000'000, 2);
inline constexpr HistogramBounds kOverheadBounds = GeometricBounds(100'000, 2);
inline constexpr HistogramBounds kTokenBounds = GeometricBounds(1, 4);

struct DurationHistogram : Histogram {
  DurationHistogram() : Histogram(kDurationBounds) {}
};

// Of a model as it was asked for, and the one that answered: they differ for routes, and where nothing answered. What
// was given again (AskResult.cached) is in `outcomes` and `cached` alone: it took no time of a model, no tokens and no
// money.
struct ModelStats {
  const std::string asked;     // "provider/model"; empty: the Ask failed before one was chosen
  const std::string answered;  // the same; empty: none did

  using Counter = std::atomic<int64_t>;
  std::array<Counter, kOutcomes.size()> outcomes{};
  Counter cached{0};
  Counter retries{0};    // attempts beyond the first
  Counter fallbacks{0};  // answers after another model of the route had failed
  Counter cached_input_tokens{0};
  Counter reasoning_tokens{0};
  CostTotals cost;
  Counter unknown_costs{0};                                  // answers whose cost is not in `cost`
  DurationHistogram total;                                   // of Asks that were begun
  std::array<DurationHistogram, kOutcomes.size()> provider;  // the part of it that calls of providers took, by outcome
  DurationHistogram first_text;                              // from the call of the provider, of streams
  Histogram overhead{kOverheadBounds};                       // the rest of the total
  Histogram input_tokens{kTokenBounds};
  Histogram output_tokens{kTokenBounds};
};

// Thread-safe, without a lock: one search in a table whose rows stay, then additions.
class AskStats {
 public:
  AskStats() = default;
  ~AskStats();
  AskStats(const AskStats&) = delete;
  AskStats& operator=(const AskStats&) = delete;

  // At the end of an Ask, once. `result` holds what is known of a failed one.
  void Add(const AskResult& result, const absl::Status& status);

  // All rows, the one of all other models last. They go on counting, and live as long as this object.
  std::vector<const ModelStats*> Rows() const;

 private:
  using Slot = std::atomic<ModelStats*>;
  static constexpr size_t kSlots = 2 * kMaxModelStats;  // half of them stay empty, so that every search ends

  // `known`: it is no name that the caller made up, and may open a row.
  ModelStats& Row(std::string_view asked, std::string_view answered, bool known);
  // What is in the slot then: the new row, or that of a thread that was faster. Null: there are enough rows.
  ModelStats* Open(Slot& slot, std::string_view asked, std::string_view answered);

  std::array<Slot, kSlots> slots_{};
  std::atomic<size_t> rows_{0};
  ModelStats other_{.asked = std::string(kOtherModels), .answered = std::string(kOtherModels)};
};

}  // namespace attune

#endif  // ATTUNE_ASK_ASK_STATS_H_
