// Datasets and questions that the micro benchmarks share.
#ifndef ATTUNE_TESTS_BENCH_MICRO_BENCH_SETS_H_
#define ATTUNE_TESTS_BENCH_MICRO_BENCH_SETS_H_

#include <cstdint>
#include <vector>

#include "dataset/dataset.h"
#include "tests/dataset/question_set.h"

namespace attune {

inline constexpr size_t kBenchWords = 12;  // of a made-up question

struct BenchSet {
  const char* kind;                         // "banking77" or "made up"
  DatasetPtr dataset;                       // at version 1
  std::vector<LabelledQuestion> questions;  // about it, none of them in it but by chance
};

// banking77 where it is at hand and large enough (tests/dataset/question_set.h), else made-up questions. Made when
// first asked for, kept to the end of the program. Not thread-safe.
const BenchSet& BenchSetOf(int64_t rows);

}  // namespace attune

#endif  // ATTUNE_TESTS_BENCH_MICRO_BENCH_SETS_H_
