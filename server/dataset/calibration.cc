#include "dataset/calibration.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "base/analyzer.h"
#include "dataset/coverage.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/search.h"

namespace attune {
namespace {

constexpr double kPriorRows = 8;
constexpr double kLeastMedian = 0.12;  // the sets of docs/QUALITY.md have 0.18 to 0.5
constexpr double kLeastSteepness = 2;
constexpr double kMostSteepness = 5;

// Looked at for the sample, all over the dataset, in an order that is spread as well: enough if one in four of the rows
// is live and not held out.
constexpr size_t kPlaces = 256;
constexpr size_t kPlaceStep = 101;  // has no divisor in common with kPlaces: each place comes once

double Quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size()))];
}

// The evidence for the best of the other rows; those that say the same as this one are none.
Neighbour LeaveOneOut(const Dataset& dataset, int64_t version, const Row& row) {
  const std::string_view input = row.example.input();
  const std::string key = NormalizeText(input);
  const auto same = [&](const Row& other) {  // the same text has the same signature
    return other.signature == row.signature && NormalizeText(other.example.input()) == key;
  };
  const Bm25Query query(dataset, version, input.substr(0, kCalibrationBytes));
  const std::vector<RankedRow> best =
      query.Search(kCoverageRows, [&](const Row& other) { return other.train && !same(other); });
  if (best.empty()) return {};
  const QuestionCoverage coverage(dataset, version, query, best);
  return {.evidence = coverage.Evidence(best.front().score), .agreement = coverage.agreement()};
}

}  // namespace

double CoverageOf(const Calibration& calibration, double evidence) {
  if (evidence <= 0) return 0;
  return 1 / (1 + std::pow(calibration.median / evidence, calibration.steepness));
}

Calibration FitCalibration(const std::vector<Neighbour>& sample) {
  Calibration fitted;
  if (sample.empty()) return fitted;
  std::vector<double> evidence;
  double agreement = 0;
  for (const Neighbour& neighbour : sample) {
    evidence.push_back(neighbour.evidence);
    agreement += neighbour.agreement / static_cast<double>(sample.size());
  }
  std::sort(evidence.begin(), evidence.end());
  const double median = std::max(Quantile(evidence, 0.5), kLeastMedian * agreement);
  const double quartile = Quantile(evidence, 0.25);
  // A log-logistic distribution function is 1/2 at the median and 1/4 where (median / x)^steepness is 3.
  double steepness = kLeastSteepness;
  if (quartile >= median) steepness = kMostSteepness;
  if (quartile > 0 && quartile < median) steepness = std::log(3) / std::log(median / quartile);
  const auto blend = [rows = static_cast<double>(sample.size())](double measured, double prior) {
    return (rows * measured + kPriorRows * prior) / (rows + kPriorRows);
  };
  fitted.median = std::exp(blend(std::log(median), std::log(fitted.median * agreement)));
  fitted.steepness = blend(std::clamp(steepness, kLeastSteepness, kMostSteepness), fitted.steepness);
  return fitted;
}

Calibration MeasureCalibration(const Dataset& dataset, int64_t version) {
  const uint64_t rows = dataset.StatisticsAt(version).rows;
  std::vector<Neighbour> sample;
  for (uint64_t i = 0; i < kPlaces && sample.size() < kCalibrationSample; ++i) {
    const uint64_t place = i * kPlaceStep % kPlaces;
    if (rows < kPlaces && place >= rows) continue;
    const Row& row = dataset.RowAt(static_cast<uint32_t>(rows < kPlaces ? place : place * rows / kPlaces));
    if (row.VisibleAt(version) && row.train) sample.push_back(LeaveOneOut(dataset, version, row));
  }
  return FitCalibration(sample);
}

}  // namespace attune
