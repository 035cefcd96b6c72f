#include "evaluate/compare_stored.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"
#include "evaluate/compare.h"
#include "evaluate/metrics.h"
#include "evaluate/records.h"

namespace attune {
namespace {

// The scores of one case by one candidate.
struct CaseScores {
  std::vector<double> sums;  // by metric
  int results = 0;
  std::string question;   // hash; empty: of results stored before there was one
  uint64_t expected = 0;  // hash
  double Mean(size_t metric) const { return sums[metric] / results; }
};

struct Side {
  v1::Evaluation evaluation;
  int32_t candidate = 0;
  std::map<std::string, CaseScores> cases;  // by id
};

absl::Status CandidateNotFound(const v1::Evaluation& evaluation, int32_t candidate) {
  return Error(absl::StatusCode::kNotFound, "CANDIDATE_NOT_FOUND")
      .Message(StrCat("evaluation '", evaluation.id(), "' has no candidate ", candidate, "; it has ",
                      evaluation.report().candidates_size(), ", counted from 0"))
      .With("evaluation", evaluation.id())
      .With("candidate", candidate);
}

absl::Status NothingInCommon(std::string_view reason, std::string_view what) {
  return Error(absl::StatusCode::kFailedPrecondition, reason)
      .Message(StrCat("the two candidates have no ", what, " in common, so there is nothing to compare"));
}

absl::StatusOr<Side> ReadSide(Store& store, const std::string& id, int32_t candidate) {
  Side side;
  ATTUNE_ASSIGN_OR_RETURN(side.evaluation, ReadEvaluation(store, id));
  side.candidate = candidate;
  if (candidate < 0 || candidate >= side.evaluation.report().candidates_size()) {
    return CandidateNotFound(side.evaluation, candidate);
  }
  const auto metrics = static_cast<size_t>(side.evaluation.request().metrics_size());
  ATTUNE_RETURN_IF_ERROR(VisitResults(store, id, 0, [&](const v1::CaseResult& result) {
    if (result.candidate() != candidate) return absl::OkStatus();
    CaseScores& scores = side.cases[result.case_id()];
    scores.sums.resize(metrics);
    if (!result.question_hash().empty()) scores.question = result.question_hash();
    scores.expected = Hash64(result.expected());
    ++scores.results;
    for (size_t i = 0; i < metrics && i < static_cast<size_t>(result.scores_size()); ++i) {
      scores.sums[i] += result.scores(static_cast<int>(i));  // a failed call has none: it scores 0
    }
    return absl::OkStatus();
  }));
  return side;
}

using CommonCases = std::vector<std::pair<const CaseScores*, const CaseScores*>>;

bool SameCase(const CaseScores& a, const CaseScores& b) {
  const bool same_question = a.question.empty() || b.question.empty() || a.question == b.question;
  return same_question && a.expected == b.expected;
}

CommonCases FindCommonCases(const Side& baseline, const Side& candidate) {
  CommonCases common;
  for (const auto& [id, scores] : baseline.cases) {
    const auto found = candidate.cases.find(id);
    if (found == candidate.cases.end() || !SameCase(found->second, scores)) continue;
    common.emplace_back(&scores, &found->second);
  }
  return common;
}

// -1: it has none that is called and defined like this.
int FindMetric(const v1::Evaluation& evaluation, const v1::Metric& metric) {
  for (int i = 0; i < evaluation.request().metrics_size(); ++i) {
    if (Metrics::Same(evaluation.request().metrics(i), metric)) return i;
  }
  return -1;
}

v1::Comparison CompareOn(const CommonCases& common, const std::string& name, size_t first, size_t second) {
  std::vector<double> baseline;
  std::vector<double> candidate;
  for (const auto& [before, after] : common) {
    baseline.push_back(before->Mean(first));
    candidate.push_back(after->Mean(second));
  }
  return ComparePaired(name, baseline, candidate);
}

}  // namespace

absl::StatusOr<v1::CompareEvaluationsResponse> CompareStored(Store& store,
                                                             const v1::CompareEvaluationsRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const Side baseline, ReadSide(store, request.baseline_id(), request.baseline_candidate()));
  ATTUNE_ASSIGN_OR_RETURN(const Side candidate, ReadSide(store, request.candidate_id(), request.candidate_candidate()));
  const CommonCases common = FindCommonCases(baseline, candidate);
  if (common.empty()) return NothingInCommon("NO_COMMON_CASES", "cases");
  v1::CompareEvaluationsResponse response;
  for (int i = 0; i < baseline.evaluation.request().metrics_size(); ++i) {
    const v1::Metric& metric = baseline.evaluation.request().metrics(i);
    const int other = FindMetric(candidate.evaluation, metric);
    if (other < 0) continue;
    v1::Comparison& comparison = *response.add_comparisons();
    comparison = CompareOn(common, metric.name(), static_cast<size_t>(i), static_cast<size_t>(other));
    comparison.set_baseline(baseline.candidate);
    comparison.set_candidate(candidate.candidate);
  }
  if (response.comparisons().empty()) return NothingInCommon("NO_COMMON_METRICS", "metrics of one name and definition");
  return response;
}

}  // namespace attune
