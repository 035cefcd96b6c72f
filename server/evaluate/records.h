// Evaluations as the store keeps them: the API's messages are the stored form. All calls that take a store block.
#ifndef ATTUNE_EVALUATE_RECORDS_H_
#define ATTUNE_EVALUATE_RECORDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/asker.h"
#include "attune/v1/evaluations.pb.h"

namespace attune {

// Of everything in the request that decides what is measured; the same in every process.
std::string RequestHash(const v1::EvaluateRequest& request);

void SetCreateTime(absl::Time time, v1::Evaluation& evaluation);

absl::Status PutEvaluation(Store& store, const v1::Evaluation& evaluation);
// NOT_FOUND (EVALUATION_NOT_FOUND), DATA_LOSS (STORE_CORRUPT).
absl::StatusOr<v1::Evaluation> ReadEvaluation(Store& store, const std::string& id);
absl::StatusOr<v1::Evaluation> ParseEvaluation(const std::string& id, const std::string& payload);
absl::Status EvaluationNotFound(const std::string& id);

// Calls `visit` for every stored result from number `first` on, in order; its error ends the walk.
absl::Status VisitResults(Store& store, const std::string& id, int64_t first,
                          const std::function<absl::Status(v1::CaseResult)>& visit);
// One page of them.
absl::StatusOr<std::vector<v1::CaseResult>> ReadResults(Store& store, const std::string& id, int64_t first,
                                                        size_t limit);
// How many are stored, by a few look-ups.
absl::StatusOr<int64_t> CountResults(Store& store, const std::string& id);

// Marks as INTERRUPTED what is stored as RUNNING.
absl::Status MarkInterrupted(Store& store);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_RECORDS_H_
