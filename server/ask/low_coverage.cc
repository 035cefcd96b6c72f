#include "ask/low_coverage.h"

#include "base/error.h"
#include "base/strings.h"

namespace attune {

absl::Status EndBelowCoverage(const PreparedAsk& prepared, AskSink* sink, AskResult& result) {
  const LowCoverage& low = *prepared.low_coverage;
  if (low.then == LowCoverageAction::kRefuse) {
    return Error(absl::StatusCode::kFailedPrecondition, "LOW_COVERAGE")
        .Message(StrCat("the examples cover this question to ", prepared.coverage, " only; the prompt answers from ",
                        low.below, " on: ask differently, or add an example like it"))
        .With("coverage", StrCat(prepared.coverage))
        .With("threshold", StrCat(low.below));
  }
  if (sink != nullptr) ATTUNE_RETURN_IF_ERROR(sink->OnStart(result));
  result.text = low.text;
  result.finish_reason = FinishReason::kLowCoverage;
  result.usage.reported = true;  // none were used, and that is known
  result.cost = Money();
  return sink == nullptr ? absl::OkStatus() : sink->OnText(result.text);
}

}  // namespace attune
