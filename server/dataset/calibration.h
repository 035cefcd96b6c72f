// What makes one threshold of coverage mean the same in every dataset. How well a good question is matched differs from
// set to set: nearly word for word where many examples say the same, by half of its words where each has its own. So
// the evidence for an example (coverage.h) is measured by what the dataset's own TRAIN examples find for each other,
// each of a sample of them looked up among the others (leave one out). Pure.
#ifndef ATTUNE_DATASET_CALIBRATION_H_
#define ATTUNE_DATASET_CALIBRATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace attune {

class Dataset;

inline constexpr size_t kCalibrationSample = 64;    // rows, fewer in a small set
inline constexpr int64_t kCalibrationShare = 4;     // measured anew when one in so many examples has changed
inline constexpr size_t kCalibrationBytes = 4'096;  // of a row's input, looked up at most

// A log-logistic distribution of evidence. Its distribution function is the coverage.
struct Calibration {
  double median = 0.3;   // evidence
  double steepness = 3;  // about 2 where evidence varies much, 5 where it is much the same
  int64_t changes = 0;   // of the dataset, up to the version where this was measured
};

// 0 to 1, growing with the evidence: the share of the sample that is matched worse.
double CoverageOf(const Calibration& calibration, double evidence);

// What one row of the sample found among the others.
struct Neighbour {
  double evidence = 0;   // for the best of them
  double agreement = 1;  // AgreementFactor(), which is part of it
};

// The distribution with the sample's median and lower quartile of evidence. A small sample counts as if 8 rows with
// the default's had been seen as well, and no median goes below a floor: examples that have nothing to do with each
// other say little about how a question matches them. Both are less where labels do not agree, as in a set of few rows.
Calibration FitCalibration(const std::vector<Neighbour>& sample);

// Measures one version, which must be the latest. As many searches as the sample has rows, whatever the dataset's size.
Calibration MeasureCalibration(const Dataset& dataset, int64_t version);

}  // namespace attune

#endif  // ATTUNE_DATASET_CALIBRATION_H_
