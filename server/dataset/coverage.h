// How well the examples of a dataset cover a question. Pure.
//
// The evidence for an example is the product of three factors:
//   its BM25 score over the best score that any example could have, that of the question itself;
//   n / (n + 10) for a question of n terms: half of three words is found by chance, half of ten is not;
//   the root of 0.2 + 0.8 * agreement, where the best examples have labels: whether they speak of one thing.
// The calibration of the dataset (calibration.h) turns it into coverage. docs/QUALITY.md has what each step adds.
#ifndef ATTUNE_DATASET_COVERAGE_H_
#define ATTUNE_DATASET_COVERAGE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataset/calibration.h"
#include "dataset/search.h"

namespace attune {

inline constexpr size_t kCoverageRows = 20;  // the best ones, whose labels are compared

// Of the labels of the first kCoverageRows of `best`: the largest share of their scores that one label has, each
// label's own best row left out on both sides, so that labels which are all different do not agree. 1 if no row has a
// label.
double LabelAgreement(const Dataset& dataset, std::span<const RankedRow> best);

// Of one question. Refers to the query, which must outlive it.
class QuestionCoverage {
 public:
  // `best`: of the rows that may be shown, best first, at least kCoverageRows if there are so many.
  QuestionCoverage(const Dataset& dataset, int64_t version, const Bm25Query& query, std::span<const RankedRow> best);

  double Evidence(double score) const { return query_.ShareOfBest(score) * terms_ * agreement_; }
  double agreement() const { return agreement_; }

  // 0 to 1; 1 for an example that is the question itself.
  double Of(double score) const;

 private:
  const Bm25Query& query_;
  const Calibration calibration_;
  // The factors that are the same for all examples.
  const double terms_;
  const double agreement_;
};

// The factor for the number of terms.
double TermsFactor(size_t terms);
// The factor for the agreement of labels.
double AgreementFactor(double agreement);

}  // namespace attune

#endif  // ATTUNE_DATASET_COVERAGE_H_
