// Who listens to a run.
#ifndef ATTUNE_EVALUATE_SINK_H_
#define ATTUNE_EVALUATE_SINK_H_

#include <cstddef>

#include "absl/status/status.h"
#include "attune/v1/evaluations.pb.h"

namespace attune {

// Receives the events of one run, in order. Called on the I/O thread of the run; never after Run has returned.
class EvaluationSink {
 public:
  virtual ~EvaluationSink() = default;
  // An error ends the run, unless it is detached: then nothing more is sent to the sink.
  virtual absl::Status OnEvent(v1::EvaluateResponse event) = 0;
  // What was taken and is not yet on its way. While it is over kMaxUnsentBytes, the run makes no new calls.
  virtual size_t UnsentBytes() { return 0; }
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_SINK_H_
