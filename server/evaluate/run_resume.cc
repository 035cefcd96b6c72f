// What a run does with the results that an earlier run of the same evaluation left.
#include "absl/container/flat_hash_map.h"
#include "base/error.h"
#include "base/strings.h"
#include "evaluate/records.h"
#include "evaluate/run.h"

namespace attune {

absl::Status EvaluationRun::TakeOverResults() {
  absl::flat_hash_map<std::string, size_t> items;
  for (size_t i = 0; i < plan_.cases.size(); ++i) items[plan_.cases[i].id] = i;
  measured_.resize(static_cast<size_t>(plan_.calls()));
  ATTUNE_RETURN_IF_ERROR(VisitResults(environment_.store, id_, 0, [&](const v1::CaseResult& result) {
    const auto item = items.find(result.case_id());
    const auto candidate = static_cast<size_t>(result.candidate());
    if (item == items.end() || candidate >= plan_.candidates.size() || result.repeat() < 0 ||
        result.repeat() >= plan_.repeats) {
      return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPT")
          .Message(StrCat("evaluation '", id_, "' has a stored result that is not of its plan"))
          .With("evaluation", id_)
          .Build();
    }
    TakeOver({.item = item->second, .candidate = candidate, .repeat = result.repeat()}, result);
    return absl::OkStatus();
  }));
  done_.store(tally_->done(), std::memory_order_relaxed);
  return absl::OkStatus();
}

// What kept a failed call from an answer may be over: it is asked again.
void EvaluationRun::TakeOver(const PlannedCall& call, const v1::CaseResult& result) {
  const int64_t number = next_number_++;
  const int64_t index = plan_.IndexOf(call);
  if (result.status_code() != 0) {
    failed_before_[index] = {.number = number, .code = result.status_code(), .message = result.status_message()};
    return;
  }
  measured_[static_cast<size_t>(index)] = true;
  tally_->Add(call, result);
}

int64_t EvaluationRun::TakeNumber(const PlannedCall& call) {
  const auto failed = failed_before_.find(plan_.IndexOf(call));
  if (failed == failed_before_.end()) return next_number_++;
  const int64_t number = failed->second.number;
  failed_before_.erase(failed);
  return number;
}

void EvaluationRun::CountOldFailures() {
  for (const auto& [index, failed] : failed_before_) {
    v1::CaseResult result;
    result.set_status_code(failed.code);
    result.set_status_message(failed.message);
    tally_->Add(plan_.Call(index), result);
  }
  failed_before_.clear();
  done_.store(tally_->done(), std::memory_order_relaxed);
}

}  // namespace attune
