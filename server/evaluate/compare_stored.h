// Compares candidates of two stored evaluations.
#ifndef ATTUNE_EVALUATE_COMPARE_STORED_H_
#define ATTUNE_EVALUATE_COMPARE_STORED_H_

#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/evaluations.pb.h"

namespace attune {

// Paired on the cases that both have a result of, with the same expected output; one comparison for each metric name
// that both have. Blocks. NOT_FOUND (EVALUATION_NOT_FOUND, CANDIDATE_NOT_FOUND), FAILED_PRECONDITION (NO_COMMON_CASES,
// NO_COMMON_METRICS).
absl::StatusOr<v1::CompareEvaluationsResponse> CompareStored(Store& store,
                                                             const v1::CompareEvaluationsRequest& request);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_COMPARE_STORED_H_
