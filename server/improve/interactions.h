// Reading what was asked and answered.
#ifndef ATTUNE_IMPROVE_INTERACTIONS_H_
#define ATTUNE_IMPROVE_INTERACTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/insights.pb.h"

namespace attune {

// An interaction of the store, or one that is still on its way there: what an answer named can be read at once.
// NOT_FOUND (INTERACTION_NOT_FOUND) only if it is certain, else the store's error.
absl::StatusOr<InteractionRecord> FindInteraction(Store& store, InteractionQueue& queue, const std::string& id);

// Thread-safe. All calls block.
class InteractionReader {
 public:
  // Both must outlive it.
  InteractionReader(Store& store, InteractionQueue& queue) : store_(store), queue_(queue) {}

  // With its feedback. NOT_FOUND (INTERACTION_NOT_FOUND).
  absl::StatusOr<v1::Interaction> Get(const std::string& id);

  // One page, newest first, with feedback. The first page waits, half a second at most, for those that are still on
  // their way to the store. `next` is the id to continue after, empty at the end.
  absl::StatusOr<v1::ListInteractionsResponse> List(const InteractionFilter& filter, std::string& next);

 private:
  absl::StatusOr<v1::Interaction> Read(const InteractionRecord& record);

  Store& store_;
  InteractionQueue& queue_;
};

}  // namespace attune

#endif  // ATTUNE_IMPROVE_INTERACTIONS_H_
