// A dataset with all its versions. Rows are multi-version: a row is visible at version v if it was added at or before v
// and not removed by v; an update holds only its delta, and every old version stays readable without a copy.
//
// A Dataset is an immutable snapshot, shared by pointer: readers on any thread need no lock. Snapshots of one dataset
// share their rows and indexes; ONE writer at a time makes the next snapshot with Apply and either publishes it or
// calls Undo on it. Readers of older snapshots never notice either.
#ifndef ATTUNE_DATASET_DATASET_H_
#define ATTUNE_DATASET_DATASET_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataset/example.h"

namespace attune {

class Dataset;
using DatasetPtr = std::shared_ptr<const Dataset>;
struct ScoredExample;

struct DatasetVersion {
  int64_t version = 0;   // 0: no version yet, no examples
  int64_t revision = 0;  // of the catalog
  int64_t time_us = 0;   // of creation, since the Unix epoch
  std::string description;
  int32_t added = 0, updated = 0, deleted = 0;  // by this version
  int64_t train = 0, test = 0;                  // visible at this version
};

// A change of some examples; at most one entry for an id in both lists together.
struct DatasetDelta {
  std::vector<ExamplePtr> upserts;
  std::vector<std::string> deletes;
};

// A dataset as it was at one version. Cheap to copy; keeps the snapshot alive.
class DatasetView {
 public:
  DatasetView() = default;  // empty: no examples
  DatasetView(DatasetPtr dataset, int64_t version) : dataset_(std::move(dataset)), version_(version) {}

  int64_t version() const { return version_; }
  const DatasetPtr& dataset() const { return dataset_; }
  // nullptr: not there at this version. O(log rows).
  ExamplePtr Find(std::string_view id) const;
  // Rows visible at this version in the order of their addition, from position `from` on, until `visit` returns false.
  // Positions are stable for ever; the one given to `visit`, plus 1, continues the walk.
  void Visit(uint64_t from, const std::function<bool(uint64_t position, const ExamplePtr&)>& visit) const;
  // The best matches for a question, best first, of both splits; ties by position. Exactly the ranking of an exhaustive
  // scan.
  std::vector<ScoredExample> Search(std::string_view question, size_t limit,
                                    const std::function<bool(const Example&)>& accept = nullptr) const;

 private:
  DatasetPtr dataset_;
  int64_t version_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_DATASET_H_
