#include "provider/embed_stats.h"

#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "provider/gauges.h"

namespace attune {
namespace {

constexpr char kOk[] = "ok";

// Empty reasons are those of a cancelled call.
std::string OutcomeOf(const absl::Status& status) {
  if (status.ok()) return kOk;
  std::string reason = ErrorReason(status);
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

}  // namespace

EmbedCounts& EmbedStats::Row(const std::string& model, std::string outcome) {
  MutexLock lock(mutex_);
  const bool known = outcome == kOk || rows_.contains({model, kOk});
  Key key(known ? model : std::string(kOtherModels), std::move(outcome));
  const auto found = rows_.find(key);
  if (found != rows_.end()) return *found->second;
  if (rows_.size() >= kMaxEmbedStats) key.first = kOtherModels;  // further rows are bounded by the reasons there are
  std::unique_ptr<EmbedCounts>& row = rows_[key];
  if (row == nullptr) {
    std::unique_ptr<EmbedCounts> made(new EmbedCounts{.model = std::string(key.first), .outcome = key.second});
    row = std::move(made);
  }
  return *row;
}

void EmbedStats::Add(const std::string& model, size_t texts, absl::Duration time,
                     const absl::StatusOr<Embeddings>& outcome, const Price* price) {
  EmbedCounts& row = Row(model, OutcomeOf(outcome.status()));
  row.texts.fetch_add(static_cast<int64_t>(texts), std::memory_order_relaxed);
  row.duration.Add(absl::ToInt64Nanoseconds(time));
  if (!outcome.ok()) return;
  if (outcome->usage.reported) row.input_tokens.Add(outcome->usage.input_tokens);
  const std::optional<Money> cost = CostOf(price, outcome->usage);
  if (!cost || !row.cost.Add(*cost)) row.unknown_costs.fetch_add(1, std::memory_order_relaxed);
}

std::vector<const EmbedCounts*> EmbedStats::Rows() const {
  MutexLock lock(mutex_);
  std::vector<const EmbedCounts*> rows;
  rows.reserve(rows_.size());
  for (const auto& [key, row] : rows_) rows.push_back(row.get());
  return rows;
}

asio::awaitable<absl::StatusOr<Embeddings>> CountingEmbedder::Embed(const EmbedRequest& request) {
  const absl::Time asked = clock_.Now();
  absl::StatusOr<Embeddings> outcome = co_await inner_->Embed(request);
  const std::string model = StrCat(name_, "/", request.model);
  const auto facts = models_->find(model);
  const Price* const price = facts == models_->end() ? nullptr : PriceAt(facts->second.prices, asked);
  stats_.Add(model, request.texts.size(), clock_.Now() - asked, outcome, price);
  co_return outcome;
}

}  // namespace attune
