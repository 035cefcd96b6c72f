#include "evaluate/compare.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "evaluate/statistics.h"

namespace attune {
namespace {

constexpr uint64_t kSeed = 20'250'101;  // any; the same for all, so that equal scores give equal reports

bool IsBinary(std::span<const double> scores) {
  return std::all_of(scores.begin(), scores.end(), [](double score) { return score == 0 || score == 1; });
}

double Mean(std::span<const double> values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

v1::Estimate EstimateMean(const std::string& metric, std::span<const double> scores) {
  v1::Estimate estimate;
  estimate.set_metric(metric);
  estimate.set_mean(Mean(scores));
  estimate.set_cases(static_cast<int64_t>(scores.size()));
  // Resamples of equal scores are all the same, which says nothing about the next one. Scores are 0 to 1, and no such
  // scores vary more than shares of the same mean do, so Wilson's interval is wide enough.
  const bool equal = std::adjacent_find(scores.begin(), scores.end(), std::not_equal_to<>()) == scores.end();
  const bool wilson = equal || IsBinary(scores);
  estimate.set_method(wilson ? "wilson" : "bootstrap");
  const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
  const Interval interval =
      wilson ? WilsonInterval(sum, static_cast<int64_t>(scores.size())) : BootstrapMean(scores, kSeed);
  estimate.set_low(interval.low);
  estimate.set_high(interval.high);
  return estimate;
}

v1::Comparison ComparePaired(const std::string& metric, std::span<const double> baseline,
                             std::span<const double> candidate) {
  std::vector<double> differences(baseline.size());
  int64_t wins = 0;
  int64_t losses = 0;
  for (size_t i = 0; i < differences.size(); ++i) {
    differences[i] = candidate[i] - baseline[i];
    wins += differences[i] > 0 ? 1 : 0;
    losses += differences[i] < 0 ? 1 : 0;
  }
  const PairedBootstrap bootstrap = BootstrapDifference(differences, kSeed);
  const bool binary = IsBinary(baseline) && IsBinary(candidate);
  v1::Comparison comparison;
  comparison.set_metric(metric);
  comparison.set_difference(Mean(differences));
  comparison.set_low(bootstrap.interval.low);
  comparison.set_high(bootstrap.interval.high);
  comparison.set_p_value(binary ? McNemarExact(wins, losses) : bootstrap.p_value);
  comparison.set_test(binary ? "mcnemar-exact" : "paired-bootstrap");
  comparison.set_cases(static_cast<int64_t>(differences.size()));
  comparison.set_wins(wins);
  comparison.set_losses(losses);
  return comparison;
}

}  // namespace attune
