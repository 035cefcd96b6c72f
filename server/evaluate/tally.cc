#include "evaluate/tally.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/strings.h"
#include "evaluate/compare.h"

namespace attune {
namespace {

// The smallest value that at least `share` of all do not exceed (nearest rank).
uint32_t Percentile(std::vector<uint32_t> values, double share) {
  if (values.empty()) return 0;
  const double place = std::ceil(share * static_cast<double>(values.size()));
  const size_t rank = static_cast<size_t>(std::max(place, 1.0)) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(rank), values.end());
  return values[rank];
}

void AddUsage(const v1::Usage& usage, bool first, v1::Usage& total) {
  total.set_input_tokens(total.input_tokens() + usage.input_tokens());
  total.set_cached_input_tokens(total.cached_input_tokens() + usage.cached_input_tokens());
  total.set_output_tokens(total.output_tokens() + usage.output_tokens());
  total.set_reasoning_tokens(total.reasoning_tokens() + usage.reasoning_tokens());
  total.set_reported(usage.reported() && (first || total.reported()));
}

}  // namespace

Tally::Tally(const EvaluationPlan& plan) : plan_(plan), candidates_(plan.candidates.size()) {
  for (Candidate& candidate : candidates_) {
    candidate.sums.resize(plan.cases.size() * plan.metrics.size());
    candidate.results.resize(plan.cases.size());
  }
}

void Tally::Add(const PlannedCall& call, const v1::CaseResult& result) {
  Candidate& candidate = candidates_[call.candidate];
  ++done_;
  ++candidate.calls;
  ++candidate.results[call.item];
  if (result.status_code() != 0) {
    ++failed_;
    ++candidate.failed;
    AddFailure(result.status_message());
    return;
  }
  const size_t metrics = std::min(plan_.metrics.size(), static_cast<size_t>(result.scores_size()));
  for (size_t metric = 0; metric < metrics; ++metric) {
    candidate.sums[metric * plan_.cases.size() + call.item] += result.scores(static_cast<int>(metric));
  }
  AddUsage(result.usage(), candidate.latency.empty(), candidate.usage);
  constexpr int64_t kLongest = std::numeric_limits<uint32_t>::max();
  candidate.latency.push_back(static_cast<uint32_t>(std::clamp<int64_t>(result.latency_us(), 0, kLongest)));
}

void Tally::AddFailure(const std::string& message) {
  const std::string shown(CutUtf8(message, kMaxFailureMessageBytes));
  const bool known = failures_.contains(shown) || failures_.size() < kMaxFailureKinds;
  ++failures_[known ? shown : "other failures"];
}

double Tally::ScoreOf(const Candidate& candidate, size_t metric, size_t item) const {
  return candidate.sums[metric * plan_.cases.size() + item] / candidate.results[item];
}

v1::CandidateReport Tally::ReportOn(size_t index) const {
  const Candidate& candidate = candidates_[index];
  v1::CandidateReport report = plan_.candidates[index].report;
  std::vector<double> scores;
  for (size_t metric = 0; metric < plan_.metrics.size(); ++metric) {
    scores.clear();
    for (size_t item = 0; item < plan_.cases.size(); ++item) {
      if (candidate.results[item] > 0) scores.push_back(ScoreOf(candidate, metric, item));
    }
    if (!scores.empty()) *report.add_estimates() = EstimateMean(plan_.metrics.name(metric), scores);
  }
  report.set_calls(candidate.calls);
  report.set_failed(candidate.failed);
  *report.mutable_usage() = candidate.usage;
  report.set_latency_p50_us(Percentile(candidate.latency, 0.50));
  report.set_latency_p99_us(Percentile(candidate.latency, 0.99));
  return report;
}

v1::Comparison Tally::Compare(size_t baseline, size_t candidate) const {
  std::vector<double> first;
  std::vector<double> second;
  for (size_t item = 0; item < plan_.cases.size(); ++item) {
    if (candidates_[baseline].results[item] == 0 || candidates_[candidate].results[item] == 0) continue;
    first.push_back(ScoreOf(candidates_[baseline], 0, item));
    second.push_back(ScoreOf(candidates_[candidate], 0, item));
  }
  v1::Comparison comparison = ComparePaired(plan_.metrics.name(0), first, second);
  comparison.set_baseline(static_cast<int32_t>(baseline));
  comparison.set_candidate(static_cast<int32_t>(candidate));
  return comparison;
}

v1::EvaluationReport Tally::Report() const {
  v1::EvaluationReport report;
  for (size_t i = 0; i < candidates_.size(); ++i) *report.add_candidates() = ReportOn(i);
  for (size_t i = 1; i < candidates_.size(); ++i) {
    v1::Comparison comparison = Compare(0, i);
    if (comparison.cases() > 0) *report.add_comparisons() = std::move(comparison);
  }
  report.set_cases(static_cast<int32_t>(plan_.cases.size()));
  report.set_revision(plan_.revision);
  for (const auto& [message, count] : failures_) (*report.mutable_failures())[message] = count;
  return report;
}

}  // namespace attune
