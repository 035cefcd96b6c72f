#include "provider/hedge.h"

#include <algorithm>
#include <asio/this_coro.hpp>
#include <cmath>

#include "provider/hedge_race.h"

namespace attune {
namespace {

constexpr int64_t kOneHedge = 1'000'000;

// Passes text on and notes when the first has passed.
class TimedSink final : public TextSink {
 public:
  TimedSink(TextSink* next, const Clock& clock) : next_(next), clock_(clock) {}
  absl::Status OnText(std::string_view delta) override {
    if (!first_text_) first_text_ = clock_.Now();
    return next_->OnText(delta);
  }
  const std::optional<absl::Time>& first_text() const { return first_text_; }
  // What to hand to the inner provider: null if the answer is not streamed.
  TextSink* get() { return next_ == nullptr ? nullptr : this; }

 private:
  TextSink* const next_;
  const Clock& clock_;
  std::optional<absl::Time> first_text_;
};

}  // namespace

std::optional<absl::Duration> HedgeProvider::Enter(const std::string& model, bool stream) {
  MutexLock lock(mutex_);
  const auto found = models_.find(model);
  if (found == models_.end()) return std::nullopt;
  Model& known = found->second;
  known.used = ++uses_;
  const int64_t share = std::llround(std::clamp(policy_.budget, 0.0, 1.0) * kOneHedge);
  known.credit = std::min(known.credit + share, kMaxSavedHedges * kOneHedge);
  const LatencyWindow& times = known.times(stream);
  const int32_t most = LatencyWindow::kSamples;
  if (times.size() < static_cast<size_t>(std::clamp(policy_.min_samples, 1, most))) return std::nullopt;
  return times.Percentile(policy_.percentile);
}

bool HedgeProvider::TakeHedge(const std::string& model) {
  MutexLock lock(mutex_);
  const auto found = models_.find(model);
  if (found == models_.end()) return false;
  Model& known = found->second;
  const bool affordable = known.credit >= kOneHedge;
  if (affordable) known.credit -= kOneHedge;
  ++(affordable ? known.counts.begun : known.counts.refused);
  return affordable;
}

void HedgeProvider::CountWin(const std::string& model) {
  MutexLock lock(mutex_);
  const auto found = models_.find(model);
  if (found != models_.end()) ++found->second.counts.won;
}

void HedgeProvider::ReadGauges(ProviderGauges& gauges) const {
  MutexLock lock(mutex_);
  for (const auto& [model, known] : models_) gauges.AddHedges(model, known.counts);
}

void HedgeProvider::MakeRoom() {
  if (models_.size() < kMaxHedgedModels) return;
  models_.erase(std::min_element(models_.begin(), models_.end(),
                                 [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
}

void HedgeProvider::AddTime(const std::string& model, bool stream, absl::Duration time) {
  MutexLock lock(mutex_);
  auto found = models_.find(model);
  if (found == models_.end()) {
    MakeRoom();
    found = models_.emplace(model, Model{.used = ++uses_}).first;
  }
  found->second.times(stream).Add(time);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> HedgeProvider::Generate(const ModelRequest& request, TextSink* sink) {
  if (policy_.budget <= 0) return inner_->Generate(request, sink);  // not even a frame of our own
  return GenerateTimed(request, sink);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> HedgeProvider::GenerateTimed(const ModelRequest& request, TextSink* sink) {
  const bool stream = sink != nullptr;
  const absl::Time began = clock_.Now();
  TimedSink timed(sink, clock_);
  const std::optional<absl::Duration> delay = Enter(request.model, stream);
  absl::StatusOr<ModelAnswer> outcome;
  if (delay && began + *delay < request.BeginBy()) {
    HedgeRace race(*inner_, request, timed.get(), co_await asio::this_coro::executor);
    outcome = co_await race.Run(sleeper_, *delay, [this, &request] { return TakeHedge(request.model); });
    if (race.hedge_won()) CountWin(request.model);
  } else {
    outcome = co_await inner_->Generate(request, timed.get());
  }
  if (outcome.ok() || timed.first_text()) {
    AddTime(request.model, stream, timed.first_text().value_or(clock_.Now()) - began);
  }
  co_return outcome;
}

}  // namespace attune
