#include "dataset/coverage.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "dataset/dataset.h"
#include "dataset/row.h"

namespace attune {
namespace {

constexpr double kHalfTerms = 10;     // a question of so many terms counts half
constexpr double kNoAgreement = 0.2;  // what is left of the factor's square without any

struct LabelScores {
  double all = 0;
  double best = 0;
};

}  // namespace

double LabelAgreement(const Dataset& dataset, std::span<const RankedRow> best) {
  // Rows come best first: the first of a label is its best.
  absl::flat_hash_map<std::string_view, LabelScores> labels;
  double total = 0;
  for (const RankedRow& row : best.first(std::min(best.size(), kCoverageRows))) {
    total += row.score;
    for (const std::string_view label : dataset.RowAt(row.row).example.labels()) {
      LabelScores& scores = labels[label];
      if (scores.all == 0) scores.best = row.score;
      scores.all += row.score;
    }
  }
  if (labels.empty()) return 1;
  double agreement = 0;
  for (const auto& [label, scores] : labels) {
    if (total > scores.best) agreement = std::max(agreement, (scores.all - scores.best) / (total - scores.best));
  }
  return std::min(agreement, 1.0);
}

double TermsFactor(size_t terms) {
  const auto n = static_cast<double>(terms);
  return n / (n + kHalfTerms);
}

double AgreementFactor(double agreement) { return std::sqrt(kNoAgreement + (1 - kNoAgreement) * agreement); }

QuestionCoverage::QuestionCoverage(const Dataset& dataset, int64_t version, const Bm25Query& query,
                                   std::span<const RankedRow> best)
    : query_(query),
      calibration_(dataset.StatisticsAt(version).calibration),
      terms_(TermsFactor(query.terms())),
      agreement_(AgreementFactor(LabelAgreement(dataset, best))) {}

double QuestionCoverage::Of(double score) const {
  return query_.ShareOfBest(score) >= 1 ? 1 : CoverageOf(calibration_, Evidence(score));
}

}  // namespace attune
