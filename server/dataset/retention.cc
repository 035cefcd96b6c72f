#include "dataset/retention.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace attune {

int64_t OldestKept(int64_t before, int64_t version, int32_t keep_versions) {
  return keep_versions == 0 ? before : std::max(before, version - keep_versions + 1);
}

absl::Status CheckKept(const Dataset& dataset, int64_t version) {
  if (dataset.Keeps(version)) return absl::OkStatus();
  const int32_t keep = dataset.Settings(dataset.latest()).keep_versions;
  return Error(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_KEPT")
      .Message(StrCat("version ", version, " of dataset '", dataset.name(),
                      "' is no longer kept: the oldest that is kept is ", dataset.oldest(),
                      ", by the setting keep_versions, which is ", keep,
                      keep == 0 ? " (all) now; what was let go of does not come back" : "", ". Name a later version"))
      .With("dataset", dataset.name())
      .With("version", version)
      .With("oldest_version", dataset.oldest())
      .With("keep_versions", keep);
}

}  // namespace attune
