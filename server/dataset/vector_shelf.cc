#include "dataset/vector_shelf.h"

#include "base/error.h"
#include "base/strings.h"

namespace attune {

absl::Status CheckDimensions(const std::string& model, size_t now, size_t before) {
  if (now == before) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "DIMENSIONS_CHANGED")
      .Message(StrCat("'", model, "' makes vectors of ", now, " numbers now, and those that are stored have ", before,
                      ": another model has taken its place; give it another name in the configuration"))
      .With("model", model);
}

}  // namespace attune
