// The SQLite store itself, one file a concern: sqlite_catalog.cc, sqlite_interactions.cc (with feedback),
// sqlite_evaluations.cc (with results), sqlite_vectors.cc. Only for those; others see OpenSqliteStore.
#ifndef ATTUNE_STORE_SQLITE_STORE_IMPL_H_
#define ATTUNE_STORE_SQLITE_STORE_IMPL_H_

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "store/sqlite_error.h"
#include "store/sqlite_file.h"
#include "store/store.h"

namespace attune {

// Thread-safe because SqliteFile is.
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<SqliteFile> file) : file_(std::move(file)) {}

  std::string Describe() const override { return file_->path() + (file_->read_only() ? " (read-only)" : ""); }

  absl::Status AppendCatalog(absl::Span<const LogRecord> records) override;
  absl::Status ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) override;
  absl::Status AppendInteractions(absl::Span<const InteractionRecord> records) override;
  absl::StatusOr<std::optional<InteractionRecord>> GetInteraction(std::string_view id) override;
  absl::StatusOr<std::vector<InteractionRecord>> ListInteractions(const InteractionFilter& filter) override;
  absl::Status AppendFeedback(const FeedbackRecord& record) override;
  absl::StatusOr<std::vector<FeedbackRecord>> ListFeedback(std::string_view interaction_id) override;
  absl::Status PutEvaluation(const EvaluationRecord& record) override;
  absl::StatusOr<std::optional<EvaluationRecord>> GetEvaluation(std::string_view id) override;
  absl::StatusOr<std::vector<EvaluationRecord>> ListEvaluations(std::string_view before_id, size_t limit) override;
  absl::Status AppendResults(std::string_view evaluation_id, int64_t first,
                             absl::Span<const std::string> payloads) override;
  absl::StatusOr<std::vector<std::string>> ListResults(std::string_view evaluation_id, int64_t first,
                                                       size_t limit) override;
  absl::Status PutVectors(absl::Span<const VectorRecord> records) override;
  absl::StatusOr<FoundVectors> GetVectors(absl::Span<const std::string> keys) override;

 private:
  absl::StatusOr<std::vector<LogRecord>> ReadCatalog(int64_t after);
  absl::Status DamagedRow(std::string_view kind, std::string_view id) const {
    return StoreCorrupt(file_->path(), StrCat(kind, " '", id, "' does not match its checksum"));
  }
  // The rows of queries that select all columns in the order of the table.
  absl::Status ReadInteractions(SqliteQuery& query, std::vector<InteractionRecord>& found) const;
  absl::Status ReadEvaluations(SqliteQuery& query, std::vector<EvaluationRecord>& found) const;

  const std::unique_ptr<SqliteFile> file_;
};

// What a list may return, as SQLite wants it.
inline int64_t ClampRows(size_t limit) { return static_cast<int64_t>(std::min(limit, kMaxListRows)); }

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_STORE_IMPL_H_
