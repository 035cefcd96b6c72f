#include "ask/ask_stats.h"

#include <algorithm>
#include <array>
#include <memory>

#include "absl/hash/hash.h"
#include "base/strings.h"

namespace attune {
namespace {

void Count(ModelStats::Counter& counter, int64_t more = 1) {
  if (more > 0) counter.fetch_add(more, std::memory_order_relaxed);
}

// The system's clock may be set back at any time.
void AddDuration(Histogram& histogram, absl::Duration duration) {
  histogram.Add(std::max<int64_t>(absl::ToInt64Nanoseconds(duration), 0));
}

// The failure says that there is no such model: the name may be anything that a caller has thought of.
bool IsMadeUp(std::string_view outcome) {
  constexpr std::array<std::string_view, 4> kReasons = {"BAD_MODEL", "MODEL_NOT_FOUND", "PROVIDER_NOT_FOUND",
                                                        "ROUTE_NOT_FOUND"};
  return std::find(kReasons.begin(), kReasons.end(), outcome) != kReasons.end();
}

void AddTimes(const Timing& timing, size_t outcome, ModelStats& row) {
  AddDuration(row.total, timing.total);
  AddDuration(row.overhead, timing.total - timing.provider - timing.embedding);
  if (timing.attempts > 0) AddDuration(row.provider[outcome], timing.provider);
  if (timing.provider_first_text != absl::ZeroDuration()) AddDuration(row.first_text, timing.provider_first_text);
}

void AddTokens(const Usage& usage, ModelStats& row) {
  row.input_tokens.Add(usage.input_tokens);
  row.output_tokens.Add(usage.output_tokens);
  Count(row.cached_input_tokens, usage.cached_input_tokens);
  Count(row.reasoning_tokens, usage.reasoning_tokens);
}

}  // namespace

AskStats::~AskStats() {
  for (Slot& slot : slots_) delete slot.load();
}

void AskStats::Add(const AskResult& result, const absl::Status& status) {
  const size_t outcome = OutcomeOf(status);
  // An answer that does not fit its schema is a failure, and yet a model gave it.
  const bool answered = status.ok() || result.finish_reason != FinishReason::kUnspecified;
  ModelStats& row = Row(result.route.empty() ? result.model : result.route, answered ? result.model : "",
                        !IsMadeUp(kOutcomes[outcome]));
  Count(row.outcomes[outcome]);
  if (result.cached) return Count(row.cached, status.ok() ? 1 : 0);
  if (result.interaction_id.empty()) return;  // refused before it was begun
  Count(row.retries, result.timing.attempts - 1);
  Count(row.fallbacks, result.fallback ? 1 : 0);
  AddTimes(result.timing, outcome, row);
  const bool asked = !result.model.empty();
  if (answered && asked && !(result.model_cost && row.cost.Add(*result.model_cost))) Count(row.unknown_costs);
  if (asked && result.usage.reported) AddTokens(result.usage, row);
}

ModelStats& AskStats::Row(std::string_view asked, std::string_view answered, bool known) {
  for (size_t at = absl::HashOf(AbslView(asked), AbslView(answered));; ++at) {
    Slot& slot = slots_[at % kSlots];
    ModelStats* row = slot.load(std::memory_order_acquire);
    if (row == nullptr && known) row = Open(slot, asked, answered);
    if (row == nullptr) return other_;
    if (row->asked == asked && row->answered == answered) return *row;
  }
}

ModelStats* AskStats::Open(Slot& slot, std::string_view asked, std::string_view answered) {
  if (rows_.load(std::memory_order_relaxed) >= kMaxModelStats) return nullptr;
  if (rows_.fetch_add(1, std::memory_order_relaxed) < kMaxModelStats) {
    std::unique_ptr<ModelStats> row(new ModelStats{.asked = std::string(asked), .answered = std::string(answered)});
    ModelStats* there = nullptr;
    if (slot.compare_exchange_strong(there, row.get(), std::memory_order_acq_rel)) return row.release();
    rows_.fetch_sub(1, std::memory_order_relaxed);
    return there;
  }
  rows_.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

std::vector<const ModelStats*> AskStats::Rows() const {
  std::vector<const ModelStats*> rows;
  for (const Slot& slot : slots_) {
    if (const ModelStats* row = slot.load(std::memory_order_acquire)) rows.push_back(row);
  }
  rows.push_back(&other_);
  return rows;
}

}  // namespace attune
