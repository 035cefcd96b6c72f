// What every change of a dataset has in common: against the state at its turn, decide what really changes.
#ifndef ATTUNE_MANAGE_PLAN_DATASET_H_
#define ATTUNE_MANAGE_PLAN_DATASET_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "attune/v1/attune.pb.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/dataset.h"
#include "manage/catalog_writer.h"

namespace attune {

struct DatasetWrite {
  std::string dataset;
  const DatasetDelta& delta;
  std::optional<int64_t> expected_version;
  bool allow_missing = false;  // deletes of ids that are not there count as unchanged
  std::string description;
  std::optional<DatasetSettings> settings = std::nullopt;  // all of them; nullopt: they stay
};

struct DatasetPlan {
  std::optional<store::v1::Commit> commit;  // only the real changes; not set if there are none
  v1::UpdateDatasetResponse response;
};

// Errors: ABORTED (VERSION_MISMATCH), NOT_FOUND (EXAMPLE_NOT_FOUND).
absl::StatusOr<DatasetPlan> PlanDataset(const Catalog& catalog, const WriteSlot& slot, const DatasetWrite& write);

// A new version equal to an old one, in all but the setting keep_versions, which stays. Errors: those of PlanDataset;
// NOT_FOUND (DATASET_NOT_FOUND, VERSION_NOT_FOUND), FAILED_PRECONDITION (VERSION_NOT_KEPT).
absl::StatusOr<WritePlan> PlanRollback(const v1::RollbackDatasetRequest& request, const Catalog& catalog,
                                       const WriteSlot& slot);

// The dataset of this name, or an empty one if there is none yet.
DatasetPtr FindOrEmpty(const Catalog& catalog, const std::string& name);

}  // namespace attune

#endif  // ATTUNE_MANAGE_PLAN_DATASET_H_
