// The statistics of a dataset as the API shows them.
#ifndef ATTUNE_MANAGE_DATASET_STATS_H_
#define ATTUNE_MANAGE_DATASET_STATS_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "prompt/catalog.h"

namespace attune {

inline constexpr int kMaxStatsReads = 2;  // at once: half of the workers stay free for others

// Thread-safe.
class DatasetStatsReader {
 public:
  // Takes seconds for a million examples: belongs on a worker. As GetDataset; RESOURCE_EXHAUSTED (OVERLOADED) while
  // kMaxStatsReads are running.
  absl::StatusOr<v1::DatasetStats> Read(const Catalog& catalog, const std::string& reference);

 private:
  std::atomic<int> running_{0};
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_DATASET_STATS_H_
