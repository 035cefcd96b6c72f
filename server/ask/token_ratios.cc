#include "ask/token_ratios.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"

namespace attune {
namespace {

// Of the first `count`.
double Median(std::array<double, kTokenRatioWindow> values, size_t count) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(count / 2);
  std::nth_element(values.begin(), middle, values.begin() + static_cast<ptrdiff_t>(count));
  return *middle;
}

// Up, so that a budget is rather kept; but not for the last quarter of a step, which counts of whole tokens may make.
double InSteps(double ratio) {
  return std::clamp(std::ceil(ratio / kTokenRatioStep - 0.25) * kTokenRatioStep, kMinTokenRatio, kMaxTokenRatio);
}

}  // namespace

void TokenRatios::Learn(std::string_view model, int64_t estimated, int64_t reported) {
  if (estimated < kMinRatioTokens || reported <= 0) return;
  const double ratio = static_cast<double>(reported) / static_cast<double>(estimated);
  MutexLock lock(mutex_);
  if (models_.size() >= kMaxTokenRatioModels && !models_.contains(AbslView(model))) return;
  Model& learnt = models_[AbslView(model)];
  TokenRatio& known = learnt.known;
  const size_t slot = static_cast<size_t>(known.answers) % kTokenRatioWindow;
  learnt.errors[slot] = std::abs(known.ratio - ratio) / ratio;  // of what would have been expected
  learnt.ratios[slot] = std::clamp(ratio, kMinTokenRatio, kMaxTokenRatio);
  ++known.answers;
  // One answer moves no median of a full window by much.
  const bool full = known.answers > static_cast<int64_t>(kTokenRatioWindow);
  if (full && known.answers % kTokenRatioEvery != 0) return;
  const size_t count = std::min(static_cast<size_t>(known.answers), kTokenRatioWindow);
  known.error = Median(learnt.errors, count);
  if (known.answers >= kMinRatioAnswers) known.ratio = InSteps(Median(learnt.ratios, count));
}

TokenRatio TokenRatios::Of(std::string_view model) const {
  MutexLock lock(mutex_);
  const auto found = models_.find(AbslView(model));
  return found == models_.end() ? TokenRatio() : found->second.known;
}

std::vector<std::pair<std::string, TokenRatio>> TokenRatios::All() const {
  std::vector<std::pair<std::string, TokenRatio>> all;
  {
    MutexLock lock(mutex_);
    for (const auto& [model, learnt] : models_) all.emplace_back(model, learnt.known);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

}  // namespace attune
