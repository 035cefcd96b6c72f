#include <algorithm>

#include "dataset/selection.h"
#include "dataset/stats.h"

namespace attune {
namespace {

double CoverageOf(const DatasetView& view, ExampleView example) {
  SelectionPolicy policy;
  policy.k = 0;                                                         // LEXICAL by default, which fails for nothing
  const Exclusion exclusion = {.input = std::string(example.input())};  // a TEST example itself is never shown
  const absl::StatusOr<Selection> selection = SelectExamples(view, policy, exclusion.input, &exclusion);
  return selection.ok() ? selection->coverage : 0;
}

}  // namespace

TestCoverage CoverTestSplit(const DatasetView& view) {
  TestCoverage result;
  for (size_t i = 1; i <= kCoverageBars; ++i)
    result.histogram.push_back({.below = static_cast<double>(i) / kCoverageBars});
  std::vector<ExampleView> tests;
  view.Visit(0, [&](uint64_t, ExampleView example) {
    if (example.split() == Split::kTest) tests.push_back(example);
    return true;
  });
  const size_t sample = std::min(tests.size(), kMaxCoverageSample);
  for (size_t i = 0; i < sample; ++i) {
    const double coverage = CoverageOf(view, tests[i * tests.size() / sample]);
    result.mean += coverage / static_cast<double>(sample);
    const auto bar = static_cast<size_t>(coverage * kCoverageBars);
    ++result.histogram[std::min(bar, kCoverageBars - 1)].count;
  }
  result.sample = static_cast<int64_t>(sample);
  return result;
}

}  // namespace attune
