// The scale of coverage, taken from the dataset's own examples.
#include "dataset/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

TEST(CoverageOf, IsADistributionFunction) {
  const Calibration calibration{.median = 0.25, .steepness = 3};
  EXPECT_EQ(CoverageOf(calibration, 0), 0);
  EXPECT_EQ(CoverageOf(calibration, -1), 0);
  EXPECT_DOUBLE_EQ(CoverageOf(calibration, 0.25), 0.5);
  double last = 0;
  for (double evidence = 0.001; evidence <= 1; evidence += 0.001) {
    const double coverage = CoverageOf(calibration, evidence);
    EXPECT_GT(coverage, last);
    EXPECT_LT(coverage, 1);
    last = coverage;
  }
}

// Evenly from one end to the other, the greatest first.
std::vector<Neighbour> Sample(size_t size, double from, double to, double agreement = 1) {
  std::vector<Neighbour> sample;
  for (size_t i = size; i-- > 0;) {
    const double evidence = from + (to - from) * static_cast<double>(i) / static_cast<double>(size);
    sample.push_back({.evidence = std::max(evidence, 0.0), .agreement = agreement});
  }
  return sample;
}

struct FitCase {
  const char* name;
  std::vector<Neighbour> sample;
  double median, steepness;
  double tolerance;
};

TEST(FitCalibration, TakesMedianAndQuartileWithinBounds) {
  const FitCase cases[] = {
      {"none: the default", {}, 0.3, 3, 0},
      {"one hardly counts", Sample(1, 0.9, 0.9), 0.34, 3.2, 0.03},
      {"one, with labels that do not agree", Sample(1, 0.15, 0.15, 0.5), 0.15, 3.2, 0.03},
      {"many: median 0.4, quartile 0.3", Sample(4'000, 0.2, 0.6), 0.4, 3.8, 0.03},
      {"all alike: steep, but not without end", Sample(4'000, 0.3, 0.3), 0.3, 5, 0.03},
      {"nothing in common", Sample(4'000, 0, 0), 0.12, 2, 0.03},
      {"nothing in common, with labels", Sample(4'000, 0, 0, 0.5), 0.06, 2, 0.03},
      {"half have nothing in common", Sample(4'000, -0.4, 0.4), 0.12, 2, 0.03},
  };
  for (const FitCase& test : cases) {
    const Calibration fitted = FitCalibration(test.sample);
    EXPECT_NEAR(fitted.median, test.median, test.tolerance) << test.name;
    EXPECT_NEAR(fitted.steepness, test.steepness, test.tolerance) << test.name;
  }
}

// Examples of ten words each, in families of five that have `common` of the words in common.
DatasetDelta Rows(int from, int count, int common, Split split = Split::kTrain) {
  DatasetDelta delta;
  for (int i = from; i < from + count; ++i) {
    Example example = MakeExample(StrCat("e", i), "");
    for (int word = 0; word < 10; ++word) {
      StrAppend(&example.input,
                word < common ? StrCat("f", i / 5 * 31, "x", word) : StrCat("w", (i * 7919 + word * 104'729) % 99'991),
                " ");
    }
    example.split = split;
    delta.upserts.push_back(Share(example));
  }
  return delta;
}

const Calibration& CalibrationAt(const DatasetPtr& dataset, int64_t version) {
  return dataset->StatisticsAt(version).calibration;
}

TEST(MeasureCalibration, FollowsHowMuchTheExamplesAreAlike) {
  const DatasetPtr alike = ApplyNext(Dataset::Empty("alike"), Rows(0, 500, 8));
  const DatasetPtr apart = ApplyNext(Dataset::Empty("apart"), Rows(0, 500, 2));
  EXPECT_GT(CalibrationAt(alike, 1).median, 1.5 * CalibrationAt(apart, 1).median);
}

TEST(MeasureCalibration, IsTheSameEachTime) {
  const DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), Rows(0, 700, 5));
  const Calibration again = MeasureCalibration(*dataset, 1);
  EXPECT_EQ(CalibrationAt(dataset, 1).median, again.median);
  EXPECT_EQ(CalibrationAt(dataset, 1).steepness, again.steepness);
}

TEST(MeasureCalibration, NeitherHeldOutNorRemovedRowsCount) {
  const DatasetPtr train = ApplyNext(Dataset::Empty("faq"), Rows(0, 100, 5));
  const DatasetPtr held = ApplyNext(Dataset::Empty("faq"), Rows(0, 100, 5, Split::kTest));
  EXPECT_NE(CalibrationAt(train, 1).median, Calibration().median);
  EXPECT_EQ(CalibrationAt(held, 1).median, Calibration().median);
  DatasetDelta all;
  for (int i = 0; i < 100; ++i) all.deletes.push_back(StrCat("e", i));
  const DatasetPtr emptied = ApplyNext(train, all);
  EXPECT_EQ(CalibrationAt(emptied, 2).median, Calibration().median);
}

// Duplicates say nothing about how a question matches.
TEST(MeasureCalibration, ARowFindsNeitherItselfNorItsDuplicates) {
  DatasetDelta twice = Rows(0, 200, 2);
  for (int i = 0; i < 200; ++i) {
    Example copy = *twice.upserts[static_cast<size_t>(i)];
    copy.id = StrCat("copy", i);
    copy.input += "!";
    twice.upserts.push_back(Share(copy));
  }
  const double once = CalibrationAt(ApplyNext(Dataset::Empty("once"), Rows(0, 200, 2)), 1).median;
  EXPECT_LT(once, 0.4);  // itself would be found whole
  EXPECT_NEAR(CalibrationAt(ApplyNext(Dataset::Empty("twice"), twice), 1).median, once, 0.05);
}

// A measurement takes as long as its sample is large; it is only due when a share of the dataset has changed.
TEST(Dataset, IsCalibratedAnewWhenAQuarterHasChanged) {
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), Rows(0, 400, 8));
  const double first = CalibrationAt(dataset, 1).median;
  int measured = 1;
  for (int i = 0; i < 300; ++i) {
    const int64_t before = CalibrationAt(dataset, dataset->latest()).changes;
    dataset = ApplyNext(dataset, Rows(400 + i, 1, 1));
    const Calibration& now = CalibrationAt(dataset, dataset->latest());
    if (now.changes == before) {
      EXPECT_EQ(now.median, CalibrationAt(dataset, dataset->latest() - 1).median);
      continue;
    }
    ++measured;
    EXPECT_EQ(now.changes, 401 + i);
  }
  EXPECT_EQ(measured, 3);  // at 400, 501, 627
  EXPECT_NE(CalibrationAt(dataset, dataset->latest()).median, first);
  EXPECT_EQ(CalibrationAt(dataset, 1).median, first);
}

}  // namespace
}  // namespace attune
