// What a dataset counts of its rows, version by version.
#ifndef ATTUNE_DATASET_DATASET_STATISTICS_H_
#define ATTUNE_DATASET_DATASET_STATISTICS_H_

#include <cstdint>

#include "dataset/calibration.h"

namespace attune {

struct DatasetStatistics {
  uint32_t rows = 0;     // added at or before the version, removed ones included, and dropped ones
  uint32_t removed = 0;  // of them, at or before the version
  uint64_t terms = 0;    // in their inputs
  int64_t changes = 0;   // examples added, updated and deleted by all versions up to this one
  int64_t oldest = 1;    // version that is kept once this one is there
  Calibration calibration;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_DATASET_STATISTICS_H_
