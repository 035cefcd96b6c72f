// Reading what was asked and answered.
#ifndef ATTUNE_IMPROVE_INTERACTIONS_H_
#define ATTUNE_IMPROVE_INTERACTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/insights.pb.h"

namespace attune {

// NOT_FOUND (INTERACTION_NOT_FOUND).
absl::Status InteractionNotFound(const std::string& id);

// Thread-safe. All calls block.
class InteractionReader {
 public:
  explicit InteractionReader(Store& store) : store_(store) {}

  // With its feedback. NOT_FOUND (INTERACTION_NOT_FOUND).
  absl::StatusOr<v1::Interaction> Get(const std::string& id);

  // One page, newest first, with feedback; `next` is the id to continue after, empty at the end.
  absl::StatusOr<v1::ListInteractionsResponse> List(const InteractionFilter& filter, std::string& next);

 private:
  absl::StatusOr<v1::Interaction> Read(const InteractionRecord& record);

  Store& store_;
};

}  // namespace attune

#endif  // ATTUNE_IMPROVE_INTERACTIONS_H_
