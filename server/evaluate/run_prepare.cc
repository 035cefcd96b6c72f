// The first half of a run: what is decided and stored before the first call.
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "evaluate/records.h"
#include "evaluate/run.h"

namespace attune {
namespace {

absl::Status Exists(const v1::Evaluation& found, std::string_view why) {
  const std::string state = v1::EvaluationState_Name(found.state());
  return Error(absl::StatusCode::kAlreadyExists, "EVALUATION_EXISTS")
      .Message(StrCat("evaluation '", found.id(), "' is there already, ", state, why))
      .With("evaluation", found.id())
      .With("state", state);
}

// Of a run that would go on where an earlier one ended.
absl::Status NotKeptSince(std::string_view id, int64_t revision, const absl::Status& cause) {
  const std::string told =
      StrCat("evaluation '", id, "' was begun at revision ", revision, ", and cannot go on at it: ", cause.message(),
             "; or run it anew with another evaluation_id");
  return WithMetadata(Retold(cause, told), "evaluation", id);
}

}  // namespace

absl::Status EvaluationRun::Prepare() {
  started_ = environment_.clock.Now();
  const std::string hash = RequestHash(request_);
  ATTUNE_ASSIGN_OR_RETURN(*request_.mutable_metrics(), Metrics::Resolve(request_.metrics()));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t revision, FindRevision(hash));
  absl::StatusOr<EvaluationPlan> plan = PlanEvaluation(request_, environment_.asker, revision);
  if (revision != 0 && ErrorReason(plan.status()) == "VERSION_NOT_KEPT") {
    return NotKeptSince(id_, revision, plan.status());
  }
  if (!plan.ok()) return plan.status();
  plan_ = *std::move(plan);
  request_.clear_cases();  // the plan has them
  tally_.emplace(plan_);
  if (revision != 0) ATTUNE_RETURN_IF_ERROR(TakeOverResults());
  DescribePlan(hash);
  return PutEvaluation(environment_.store, record_);
}

// 0: there is no such evaluation yet. Otherwise that of the one that this run resumes, which is then in record_.
absl::StatusOr<int64_t> EvaluationRun::FindRevision(const std::string& hash) {
  absl::StatusOr<v1::Evaluation> found = ReadEvaluation(environment_.store, id_);
  if (absl::IsNotFound(found.status())) return 0;
  if (!found.ok()) return found.status();
  if (found->state() == v1::SUCCEEDED) return Exists(*found, "");  // one that still runs was refused before
  if (found->request_hash() != hash) return Exists(*found, ", but of another request, so that it cannot be resumed");
  record_ = *std::move(found);
  return record_.revision();
}

void EvaluationRun::DescribePlan(const std::string& hash) {
  record_.set_id(id_);
  record_.set_state(v1::RUNNING);
  if (!record_.has_create_time()) SetCreateTime(started_, record_);
  *record_.mutable_request() = request_;
  record_.set_calls(plan_.calls());
  record_.set_done(tally_->done());
  record_.set_revision(plan_.revision);
  record_.set_request_hash(hash);
  // Should the process end before the run does, this much of the report is there.
  v1::EvaluationReport& report = *record_.mutable_report();
  report.Clear();
  report.set_evaluation_id(id_);
  report.set_state(v1::RUNNING);
  for (const PlannedCandidate& candidate : plan_.candidates) *report.add_candidates() = candidate.report;
  report.set_cases(static_cast<int32_t>(plan_.cases.size()));
  report.set_revision(plan_.revision);
}

}  // namespace attune
