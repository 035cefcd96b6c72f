// What retrieval is worth, measured by what the server itself runs: SelectExamples, DatasetView::Search,
// builtin/nearest and coverage.
#ifndef ATTUNE_TESTS_BENCH_QUALITY_MEASURE_H_
#define ATTUNE_TESTS_BENCH_QUALITY_MEASURE_H_

#include <string>
#include <vector>

#include "dataset/selection.h"
#include "tests/bench/quality/public_sets.h"

namespace attune {

struct SelectionQuality {
  double right_shown = 0;  // share of questions for which an example with the right label is shown
  double nearest = 0;      // accuracy of builtin/nearest
};
// By kSemantic and kHybrid only a set that has vectors.
SelectionQuality MeasureSelection(const PublicSet& set, const SelectionPolicy& policy);

// Share of questions whose text is among the best `limit`.
double MeasureSearch(const PublicSet& set, size_t limit);

// Different terms of a question, on average: a search takes as long as it has terms.
double MeanTerms(const std::vector<LabelledQuestion>& questions);

// What coverage is made of, for one question; see coverage.h.
struct CoverageSteps {
  double share = 0;     // of the best possible score
  double terms = 0;     // times the factor for the number of terms
  double evidence = 0;  // times the factor for the agreement of labels
  double coverage = 0;  // calibrated
};
std::vector<CoverageSteps> MeasureCoverage(const PublicSet& set, const std::vector<LabelledQuestion>& questions);

using CoverageStep = double CoverageSteps::*;

// How well a step tells questions that have an answer from those that have none: the chance that one of `with` has more
// than one of `without` (area under the ROC curve).
double Auroc(const std::vector<CoverageSteps>& with, const std::vector<CoverageSteps>& without, CoverageStep step);

// Share of questions whose coverage is below the threshold.
double ShareBelow(const std::vector<CoverageSteps>& questions, double threshold);

}  // namespace attune

#endif  // ATTUNE_TESTS_BENCH_QUALITY_MEASURE_H_
