// How a dataset keeps its examples: rows that were added at one version and perhaps removed by a later one.
#ifndef ATTUNE_DATASET_ROW_H_
#define ATTUNE_DATASET_ROW_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "base/append_log.h"
#include "dataset/example.h"
#include "dataset/simhash.h"

namespace attune {

inline constexpr int64_t kLive = std::numeric_limits<int64_t>::max();

// Written once by the writer before it is published, but for `removed`, which the writer sets to the version that it is
// building: readers of earlier versions compare and see no difference.
struct Row {
  ExamplePtr example;
  int64_t added = 0;
  std::atomic<int64_t> removed{kLive};
  SimHash signature;  // of the input's terms
  bool train = true;

  bool VisibleAt(int64_t version) const {
    return added <= version && version < removed.load(std::memory_order_relaxed);
  }
};

using RowLog = AppendLog<Row>;

}  // namespace attune

#endif  // ATTUNE_DATASET_ROW_H_
