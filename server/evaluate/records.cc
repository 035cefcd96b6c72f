#include "evaluate/records.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr size_t kPage = 1'000;         // evaluations read at once
constexpr size_t kResultsAtOnce = 100;  // results: with long questions and answers, each may have megabytes

absl::Status Corrupt(const std::string& id) {
  return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPT")
      .Message(StrCat("what is stored of evaluation '", id, "' cannot be read"))
      .With("evaluation", id);
}

// The same bytes for equal messages: maps are written in order.
std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  return bytes;
}

absl::StatusOr<v1::CaseResult> ParseResult(const std::string& id, const std::string& payload) {
  v1::CaseResult result;
  if (!result.ParseFromString(payload)) return Corrupt(id);
  return result;
}

absl::StatusOr<bool> HasResult(Store& store, const std::string& id, int64_t number) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<std::string> found, store.ListResults(id, number, 1));
  return !found.empty();
}

absl::Status MarkOne(Store& store, const EvaluationRecord& record) {
  ATTUNE_ASSIGN_OR_RETURN(v1::Evaluation evaluation, ParseEvaluation(record.id, record.payload));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t done, CountResults(store, record.id));
  evaluation.set_done(done);
  evaluation.set_state(v1::INTERRUPTED);
  evaluation.mutable_report()->set_state(v1::INTERRUPTED);
  evaluation.mutable_report()->set_error("the server stopped while the evaluation ran; send it again to resume it");
  return PutEvaluation(store, evaluation);
}

}  // namespace

std::string RequestHash(const v1::EvaluateRequest& request) {
  v1::EvaluateRequest deciding = request;
  deciding.clear_evaluation_id();
  deciding.clear_concurrency();
  deciding.clear_detached();
  deciding.clear_description();
  deciding.clear_quiet();
  deciding.ByteSizeLong();  // SerializeWithCachedSizes wants the sizes
  return HashHex(DeterministicBytes(deciding));
}

void SetCreateTime(absl::Time time, v1::Evaluation& evaluation) {
  const int64_t micros = absl::ToUnixMicros(time);
  evaluation.mutable_create_time()->set_seconds(micros / 1'000'000);
  evaluation.mutable_create_time()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1'000);
}

absl::Status PutEvaluation(Store& store, const v1::Evaluation& evaluation) {
  const auto& created = evaluation.create_time();
  return store.PutEvaluation({.id = evaluation.id(),
                              .time_us = created.seconds() * 1'000'000 + created.nanos() / 1'000,
                              .state = evaluation.state(),
                              .payload = evaluation.SerializeAsString()});
}

absl::Status EvaluationNotFound(const std::string& id) {
  return Error(absl::StatusCode::kNotFound, "EVALUATION_NOT_FOUND")
      .Message(StrCat("there is no evaluation '", id, "'"))
      .With("evaluation", id);
}

absl::StatusOr<v1::Evaluation> ParseEvaluation(const std::string& id, const std::string& payload) {
  v1::Evaluation evaluation;
  if (!evaluation.ParseFromString(payload)) return Corrupt(id);
  return evaluation;
}

absl::StatusOr<v1::Evaluation> ReadEvaluation(Store& store, const std::string& id) {
  ATTUNE_ASSIGN_OR_RETURN(const std::optional<EvaluationRecord> record, store.GetEvaluation(id));
  if (!record.has_value()) return EvaluationNotFound(id);
  return ParseEvaluation(id, record->payload);
}

absl::StatusOr<std::vector<v1::CaseResult>> ReadResults(Store& store, const std::string& id, int64_t first,
                                                        size_t limit) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<std::string> payloads, store.ListResults(id, first, limit));
  std::vector<v1::CaseResult> results;
  results.reserve(payloads.size());
  for (const std::string& payload : payloads) {
    ATTUNE_ASSIGN_OR_RETURN(results.emplace_back(), ParseResult(id, payload));
  }
  return results;
}

absl::Status VisitResults(Store& store, const std::string& id, int64_t first,
                          const std::function<absl::Status(v1::CaseResult)>& visit) {
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(std::vector<v1::CaseResult> page, ReadResults(store, id, first, kResultsAtOnce));
    if (page.empty()) return absl::OkStatus();
    first += static_cast<int64_t>(page.size());
    for (v1::CaseResult& result : page) ATTUNE_RETURN_IF_ERROR(visit(std::move(result)));
  }
}

absl::StatusOr<int64_t> CountResults(Store& store, const std::string& id) {
  int64_t missing = 1;  // doubles until it is past the end
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(const bool there, HasResult(store, id, missing - 1));
    if (!there) break;
    missing *= 2;
  }
  int64_t count = missing / 2;  // that many are there; `missing` are not
  while (count + 1 < missing) {
    const int64_t middle = count + (missing - count) / 2;
    ATTUNE_ASSIGN_OR_RETURN(const bool there, HasResult(store, id, middle - 1));
    (there ? count : missing) = middle;
  }
  return count;
}

absl::Status MarkInterrupted(Store& store) {
  std::string before;
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<EvaluationRecord> page, store.ListEvaluations(before, kPage));
    if (page.empty()) return absl::OkStatus();
    before = page.back().id;
    for (const EvaluationRecord& record : page) {
      if (record.state != v1::RUNNING) continue;
      absl::Status marked = MarkOne(store, record);
      if (!marked.ok() && !absl::IsDataLoss(marked)) return marked;  // a damaged one must not keep the server down
    }
  }
}

}  // namespace attune
