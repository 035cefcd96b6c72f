// What there is in one version of a dataset, for people who look after it. Pure; reads every example, so it takes
// seconds for a million and belongs on a worker.
#ifndef ATTUNE_DATASET_STATS_H_
#define ATTUNE_DATASET_STATS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataset/dataset.h"

namespace attune {

inline constexpr size_t kMaxStatsLabels = 1'000;
inline constexpr size_t kMaxCoverageSample = 1'000;
inline constexpr size_t kCoverageBars = 10;

// A bar of a histogram: values below this that are in no bar before it.
struct Bucket {
  double below = 0;
  int64_t count = 0;
};

struct NearExamples {
  std::string id, other_id;
  double similarity = 0;
};

struct DatasetStats {
  std::vector<std::pair<std::string, int64_t>> labels;  // most frequent first, equal ones by name; kMaxStatsLabels
  int64_t distinct_labels = 0;
  int64_t unlabelled = 0;
  int64_t duplicates = 0;                             // examples whose input is that of an earlier one, by DuplicateKey
  int64_t contradictions = 0;                         // duplicates with another output than the first
  std::vector<Bucket> input_lengths, output_lengths;  // characters: below 16, 32, 64 ... as far as there are any
  int64_t near_sample = 0, near_found = 0;            // dataset/near_duplicates.h
  std::vector<NearExamples> near_pairs;
};

DatasetStats CountExamples(const DatasetView& view);

// How well the TRAIN split covers the TEST split, as an evaluation finds it: the case itself and its duplicates left
// out. Every TEST example, or kMaxCoverageSample drawn evenly.
struct TestCoverage {
  int64_t sample = 0;
  double mean = 0;                // 0 to 1
  std::vector<Bucket> histogram;  // kCoverageBars of equal width; the last has 1 as well
};

TestCoverage CoverTestSplit(const DatasetView& view);

}  // namespace attune

#endif  // ATTUNE_DATASET_STATS_H_
