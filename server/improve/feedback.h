// What people said of an answer: recorded durably, readable at once.
#ifndef ATTUNE_IMPROVE_FEEDBACK_H_
#define ATTUNE_IMPROVE_FEEDBACK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/attune.pb.h"
#include "base/clock.h"

namespace attune {

inline constexpr size_t kMaxFeedbackTextBytes = 1 << 20;  // of correction and of comment each
inline constexpr size_t kMaxAuthorBytes = 256;

// Thread-safe. All calls block.
class FeedbackBook {
 public:
  FeedbackBook(Store& store, InteractionQueue& queue, const Clock& clock)
      : store_(store), queue_(queue), clock_(clock) {}

  // Errors: attune.proto, RecordFeedback.
  absl::StatusOr<v1::RecordFeedbackResponse> Record(const v1::RecordFeedbackRequest& request);

 private:
  absl::StatusOr<std::optional<v1::Feedback>> FindFeedback(const std::string& interaction_id, const std::string& id);

  Store& store_;
  InteractionQueue& queue_;
  const Clock& clock_;
};

}  // namespace attune

#endif  // ATTUNE_IMPROVE_FEEDBACK_H_
