// What can be read of evaluations, running ones among them.
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "evaluate/compare_stored.h"
#include "evaluate/records.h"
#include "evaluate/run.h"
#include "evaluate/runner.h"

namespace attune {

void EvaluationRunner::AddProgress(v1::Evaluation& evaluation) {
  if (evaluation.state() != v1::RUNNING) return;
  evaluation.clear_report();
  if (const std::shared_ptr<EvaluationRun> run = FindRunning(evaluation.id())) {
    evaluation.set_done(run->done());
    return;
  }
  // It has ended meanwhile, or its end could not be stored.
  absl::StatusOr<v1::Evaluation> ended = ReadEvaluation(store_, evaluation.id());
  if (ended.ok() && ended->state() != v1::RUNNING) {
    evaluation = *std::move(ended);
  } else {
    evaluation.set_state(v1::INTERRUPTED);
  }
}

absl::StatusOr<v1::Evaluation> EvaluationRunner::Get(const std::string& id) {
  ATTUNE_ASSIGN_OR_RETURN(v1::Evaluation evaluation, ReadEvaluation(store_, id));
  AddProgress(evaluation);
  return evaluation;
}

absl::StatusOr<std::vector<v1::Evaluation>> EvaluationRunner::List(std::string_view before_id, size_t limit) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<EvaluationRecord> records, store_.ListEvaluations(before_id, limit));
  std::vector<v1::Evaluation> evaluations;
  evaluations.reserve(records.size());
  for (const EvaluationRecord& record : records) {
    absl::StatusOr<v1::Evaluation> evaluation = ParseEvaluation(record.id, record.payload);
    if (!evaluation.ok()) {  // a damaged one hides no other; reading it says what is wrong
      evaluations.emplace_back().set_id(record.id);
      continue;
    }
    AddProgress(*evaluation);
    evaluation->clear_report();
    evaluations.push_back(*std::move(evaluation));
  }
  return evaluations;
}

absl::StatusOr<std::vector<v1::CaseResult>> EvaluationRunner::Results(const std::string& id, int64_t first,
                                                                      size_t limit) {
  return ReadResults(store_, id, first, limit);
}

absl::StatusOr<v1::CompareEvaluationsResponse> EvaluationRunner::Compare(const v1::CompareEvaluationsRequest& request) {
  return CompareStored(store_, request);
}

}  // namespace attune
