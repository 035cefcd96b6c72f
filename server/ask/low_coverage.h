// The end of an Ask whose prompt wants no model for what its examples do not cover (FewShot.low_coverage).
#ifndef ATTUNE_ASK_LOW_COVERAGE_H_
#define ATTUNE_ASK_LOW_COVERAGE_H_

#include "absl/status/status.h"
#include "ask/prepare.h"
#include "ask/request.h"

namespace attune {

// Answers with the prompt's own text, or refuses: FAILED_PRECONDITION (LOW_COVERAGE; metadata `coverage`, `threshold`).
// `prepared` does not ask a model (PreparedAsk::AsksModel). `sink` may be null.
absl::Status EndBelowCoverage(const PreparedAsk& prepared, AskSink* sink, AskResult& result);

}  // namespace attune

#endif  // ATTUNE_ASK_LOW_COVERAGE_H_
