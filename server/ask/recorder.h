// Hands answered questions to the interaction log.
#ifndef ATTUNE_ASK_RECORDER_H_
#define ATTUNE_ASK_RECORDER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ask/request.h"
#include "store/interaction_queue.h"

namespace attune {

// Thread-safe.
class Recorder {
 public:
  explicit Recorder(InteractionQueue& queue) : queue_(queue) {}

  // `result.text` is the part that arrived if `status` is an error. Never blocks; a full queue drops the record and
  // counts it.
  void Record(const AskRequest& request, const AskResult& result, const absl::Status& status, absl::Time time);

 private:
  InteractionQueue& queue_;
};

}  // namespace attune

#endif  // ATTUNE_ASK_RECORDER_H_
