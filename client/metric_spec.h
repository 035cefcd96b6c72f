// Metrics as one types them: exact, contains, regex:PATTERN, numeric, numeric:0.5, token_f1; with a name of their own,
// date=regex:PATTERN; with what is to count that usually does not, exact:case,punctuation,space; and without articles,
// contains:drop-articles. Pure.
#ifndef ATTUNE_CLIENT_METRIC_SPEC_H_
#define ATTUNE_CLIENT_METRIC_SPEC_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "attune/v1/evaluations.pb.h"

namespace attune {

// INVALID_ARGUMENT (BAD_FLAG) that says what is understood.
absl::StatusOr<v1::Metric> ParseMetric(std::string_view spec);

}  // namespace attune

#endif  // ATTUNE_CLIENT_METRIC_SPEC_H_
