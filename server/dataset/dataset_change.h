// The versions of a dataset, and what changes from one to another.
#ifndef ATTUNE_DATASET_DATASET_CHANGE_H_
#define ATTUNE_DATASET_DATASET_CHANGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/example.h"
#include "dataset/example_view.h"
#include "dataset/settings.h"

namespace attune {

class Dataset;
using DatasetPtr = std::shared_ptr<const Dataset>;

struct DatasetVersion {
  int64_t version = 0;   // 0: no version yet, no examples
  int64_t revision = 0;  // of the catalog
  int64_t time_us = 0;   // of creation, since the Unix epoch
  std::string description;
  int32_t added = 0, updated = 0, deleted = 0;                // by this version
  int64_t train = 0, test = 0;                                // visible at this version
  std::shared_ptr<const DatasetSettings> settings = nullptr;  // shared by versions; null: none was ever changed
};

// A change of some examples; at most one entry for an id in both lists together.
struct DatasetDelta {
  std::vector<ExamplePtr> upserts;
  std::vector<std::string> deletes;
};

// What a delta would really change: an upsert of an equal example changes nothing.
struct DatasetChange {
  std::vector<ExamplePtr> added;
  std::vector<ExamplePtr> updated;
  std::vector<std::string> deleted;
  std::vector<std::string> missing;  // deletes of ids that are not there
  int64_t unchanged = 0;             // upserts
};

// One row of a difference between two versions. Added: only `after`. Deleted: only `before`. Refers to the dataset.
struct ExampleDifference {
  ExampleView before;
  ExampleView after;
};

// What changed from one version to another, in the order of the rows: first what is only in `from` or differs, then
// what is only in `to`.
std::vector<ExampleDifference> DiffVersions(const DatasetPtr& dataset, int64_t from, int64_t to);

// The delta that makes the latest version equal to an old one.
DatasetDelta RollbackDelta(const DatasetPtr& dataset, int64_t version);

}  // namespace attune

#endif  // ATTUNE_DATASET_DATASET_CHANGE_H_
