// A store with a little of everything, and all that a store holds as text to compare.
#ifndef ATTUNE_TESTS_STORE_SAMPLE_STORE_H_
#define ATTUNE_TESTS_STORE_SAMPLE_STORE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "store/sqlite_store.h"

namespace attune {

// Opens what must be usable.
inline std::unique_ptr<Store> OpenOrFail(const SqliteOptions& options) {
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

inline absl::Status FillStore(Store& store) {
  std::vector<LogRecord> log;
  std::vector<InteractionRecord> interactions;
  for (int64_t i = 1; i <= 12; ++i) {
    log.push_back({i, StrCat("commit ", i, std::string(static_cast<size_t>(700 * i), 'c'))});
    interactions.push_back({StrCat("i", 100 + i), i, "faq", static_cast<int32_t>(i % 2), StrCat("asked ", i)});
  }
  ATTUNE_RETURN_IF_ERROR(store.AppendCatalog(log));
  ATTUNE_RETURN_IF_ERROR(store.AppendInteractions(interactions));
  ATTUNE_RETURN_IF_ERROR(store.AppendFeedback({"f1", "i101", 1, "good"}));
  ATTUNE_RETURN_IF_ERROR(store.AppendFeedback({"f2", "i101", 2, "bad"}));
  ATTUNE_RETURN_IF_ERROR(store.PutEvaluation({"e1", 5, 2, "report"}));
  ATTUNE_RETURN_IF_ERROR(store.PutVectors({{"v0", {0.5F, -1}}, {"v1", std::vector<float>(2000, 0.25F)}}));
  return store.AppendResults("e1", 0, {"r0", "r1", std::string(9000, 'r')});
}

// The catalog log, or the error that ends it.
inline absl::StatusOr<std::string> LogText(Store& store) {
  std::string text;
  ATTUNE_RETURN_IF_ERROR(store.ReplayCatalog(0, [&](const LogRecord& record) {
    StrAppend(&text, record.revision, ":", record.payload, "\n");
    return absl::OkStatus();
  }));
  return text;
}

// Everything that FillStore writes and what was added beside it, by every way to read it.
inline absl::StatusOr<std::string> StoreText(Store& store) {
  ATTUNE_ASSIGN_OR_RETURN(std::string text, LogText(store));
  const std::vector<InteractionFilter> filters = {
      {}, {.prompt = "faq"}, {.with_feedback = true}, {.failed = true}, {.prompt = "faq", .failed = true}};
  for (const InteractionFilter& filter : filters) {
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<InteractionRecord> found, store.ListInteractions(filter));
    for (const InteractionRecord& i : found) {
      StrAppend(&text, i.id, " ", i.time_us, " ", i.prompt, " ", i.status_code, " ", i.payload, "\n");
    }
    text += "--\n";
  }
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<FeedbackRecord> feedback, store.ListFeedback("i101"));
  for (const FeedbackRecord& f : feedback) StrAppend(&text, f.id, " ", f.time_us, " ", f.payload, "\n");
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<EvaluationRecord> evaluations, store.ListEvaluations("", 10));
  for (const EvaluationRecord& e : evaluations) {
    StrAppend(&text, e.id, " ", e.time_us, " ", e.state, " ", e.payload, "\n");
  }
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<std::string> results, store.ListResults("e1", 0, 10));
  for (const std::string& result : results) StrAppend(&text, result, "\n");
  ATTUNE_ASSIGN_OR_RETURN(const FoundVectors vectors, store.GetVectors({"v0", "v1"}));
  if (vectors.damaged > 0) return Error(absl::StatusCode::kDataLoss, "VECTOR_DAMAGED");
  for (const std::vector<float>& vector : vectors.vectors) {
    for (const float number : vector) StrAppend(&text, number, " ");
    text += "\n";
  }
  return text;
}

// The files as a process that is killed now would leave them, under the name `copy`.
inline void CopyStoreFiles(const std::string& path, const std::string& copy) {
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    std::filesystem::remove(copy + suffix, error);
    std::filesystem::copy_file(path + suffix, copy + suffix, error);
  }
}

}  // namespace attune

#endif  // ATTUNE_TESTS_STORE_SAMPLE_STORE_H_
