// How a dataset keeps its examples: rows that were added at one version and perhaps removed by a later one.
#ifndef ATTUNE_DATASET_ROW_H_
#define ATTUNE_DATASET_ROW_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "base/append_log.h"
#include "dataset/example_view.h"
#include "dataset/simhash.h"

namespace attune {

inline constexpr uint32_t kLive = std::numeric_limits<uint32_t>::max();
// The last one that a row can tell: it keeps versions in 31 bits, as there are millions of rows.
inline constexpr int64_t kMaxDatasetVersions = std::numeric_limits<int32_t>::max();

// Written once by the writer before it is published, but for `removed`, which the writer sets to the version that it is
// building: readers of earlier versions compare and see no difference.
struct Row {
  ExampleView example;
  uint32_t added : 31 = 0;  // version
  uint32_t train : 1 = 1;   // the example's split, for searches that pass over the row
  std::atomic<uint32_t> removed{kLive};
  SimHash signature;  // of the input's terms

  bool VisibleAt(int64_t version) const {
    return int64_t{added} <= version && version < int64_t{removed.load(std::memory_order_relaxed)};
  }
};
static_assert(sizeof(Row) == 32);

using RowLog = AppendLog<Row>;

}  // namespace attune

#endif  // ATTUNE_DATASET_ROW_H_
