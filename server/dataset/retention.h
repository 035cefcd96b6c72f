// Which versions of a dataset stay readable. A setting says how many of the latest; it is a rule over the versions
// alone, so that a restart finds the same, and nothing depends on what a worker has let go of by now (dataset.h).
#ifndef ATTUNE_DATASET_RETENTION_H_
#define ATTUNE_DATASET_RETENTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "dataset/dataset.h"

namespace attune {

// The oldest version that is kept once `version` is there. `before`: that of the version before, 1 at first. A version
// that was let go of does not come back, whatever is set later. `keep_versions`: of the settings.
int64_t OldestKept(int64_t before, int64_t version, int32_t keep_versions);

// FAILED_PRECONDITION (VERSION_NOT_KEPT) with the metadata dataset, version, oldest_version and keep_versions, if the
// version is below the oldest one that is kept. Version 0, which has no examples, always is. `version` is 0 to
// latest().
absl::Status CheckKept(const Dataset& dataset, int64_t version);

}  // namespace attune

#endif  // ATTUNE_DATASET_RETENTION_H_
