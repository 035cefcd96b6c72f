#include "store/sqlite_store.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "store/checks.h"
#include "store/row_checksum.h"
#include "store/sqlite_error.h"
#include "store/sqlite_file.h"

namespace attune {
namespace {

// Replay reads this much before it visits it, so that no query is open during a visit.
constexpr size_t kReplayChunkBytes = size_t{8} << 20;
constexpr int64_t kReplayChunkRecords = 1024;

int64_t Clamp(size_t limit) { return static_cast<int64_t>(std::min(limit, kMaxListRows)); }

int64_t Sum(const LogRecord& record) { return RowChecksum().Add(record.revision).Add(record.payload).value(); }

int64_t Sum(const InteractionRecord& record) {
  return RowChecksum()
      .Add(record.id)
      .Add(record.time_us)
      .Add(record.prompt)
      .Add(int64_t{record.status_code})
      .Add(record.payload)
      .value();
}

int64_t Sum(const FeedbackRecord& record) {
  return RowChecksum().Add(record.id).Add(record.interaction_id).Add(record.time_us).Add(record.payload).value();
}

int64_t Sum(const EvaluationRecord& record) {
  return RowChecksum().Add(record.id).Add(record.time_us).Add(int64_t{record.state}).Add(record.payload).value();
}

int64_t ResultSum(std::string_view evaluation_id, int64_t number, std::string_view payload) {
  return RowChecksum().Add(evaluation_id).Add(number).Add(payload).value();
}

// An id larger than every text, since SQLite orders blobs after texts: where a listing without `before_id` starts.
SqliteQuery& BindBefore(SqliteQuery& query, int parameter, std::string_view before_id) {
  return before_id.empty() ? query.BindBlob(parameter, "") : query.BindText(parameter, before_id);
}

// With feedback, the (few) ids that have some lead; else the interactions themselves.
std::string ListInteractionsSql(const InteractionFilter& filter) {
  std::string sql = "SELECT id, time_us, prompt, status_code, checksum, payload FROM ";
  sql += filter.with_feedback
             ? "(SELECT DISTINCT interaction_id FROM feedback WHERE interaction_id < ?1 ORDER BY interaction_id DESC) "
               "CROSS JOIN interactions ON id = interaction_id WHERE TRUE"
             : "interactions WHERE id < ?1";
  if (!filter.prompt.empty()) sql += " AND prompt = ?2";
  if (filter.failed) sql += " AND status_code != 0";
  return sql + (filter.with_feedback ? " ORDER BY interaction_id DESC LIMIT ?3" : " ORDER BY id DESC LIMIT ?3");
}

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

absl::Status SqliteStore::AppendCatalog(absl::Span<const LogRecord> records) {
  return file_->Write(Sync::kDurable, [&](SqliteConnection& db) -> absl::Status {
    ATTUNE_ASSIGN_OR_RETURN(const int64_t head, db.QueryInt("SELECT max(revision) FROM catalog_log"));
    ATTUNE_RETURN_IF_ERROR(CheckContinues(head, records));
    SqliteQuery insert = db.Query("INSERT INTO catalog_log VALUES (?1, ?2, ?3)");
    for (const LogRecord& record : records) {
      insert.BindInt(1, record.revision).BindInt(2, Sum(record)).BindBlob(3, record.payload);
      ATTUNE_RETURN_IF_ERROR(insert.Run());
      insert.Reset();
    }
    return absl::OkStatus();
  });
}

// The next records, whole and without a gap; empty at the end of the log.
absl::StatusOr<std::vector<LogRecord>> SqliteStore::ReadCatalog(int64_t after) {
  std::vector<LogRecord> records;
  size_t bytes = 0;
  const absl::Status status = file_->Read([&](SqliteConnection& db) -> absl::Status {
    SqliteQuery query =
        db.Query("SELECT revision, checksum, payload FROM catalog_log WHERE revision > ?1 ORDER BY revision LIMIT ?2");
    query.BindInt(1, after).BindInt(2, kReplayChunkRecords);
    while (bytes < kReplayChunkBytes && query.Step()) {
      records.push_back({query.Int(0), query.Blob(2)});
      const LogRecord& record = records.back();
      bytes += record.payload.size();
      const int64_t expected = ++after;
      if (record.revision == expected && query.Int(1) == Sum(record)) continue;
      records.pop_back();
      return WithMetadata(StoreCorrupt(file_->path(), StrCat("revision ", expected, " of the catalog log is ",
                                                             query.Int(0) == expected ? "damaged" : "missing")),
                          "revision", StrCat(expected));
    }
    return query.status();
  });
  // What precedes the damage is still given; the next call begins at it.
  if (!status.ok() && records.empty()) return status;
  return records;
}

absl::Status SqliteStore::ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) {
  after = std::max<int64_t>(after, 0);
  while (true) {
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<LogRecord> records, ReadCatalog(after));
    if (records.empty()) return absl::OkStatus();
    for (const LogRecord& record : records) ATTUNE_RETURN_IF_ERROR(visit(record));
    after = records.back().revision;
  }
}

absl::Status SqliteStore::AppendInteractions(absl::Span<const InteractionRecord> records) {
  for (const InteractionRecord& record : records) ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  return file_->Write(Sync::kRelaxed, [&](SqliteConnection& db) -> absl::Status {
    SqliteQuery insert =
        db.Query("INSERT INTO interactions VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING");
    for (const InteractionRecord& record : records) {
      insert.BindText(1, record.id).BindInt(2, record.time_us).BindText(3, record.prompt);
      insert.BindInt(4, record.status_code).BindInt(5, Sum(record)).BindBlob(6, record.payload);
      ATTUNE_RETURN_IF_ERROR(insert.Run());
      insert.Reset();
    }
    return absl::OkStatus();
  });
}

absl::Status SqliteStore::ReadInteractions(SqliteQuery& query, std::vector<InteractionRecord>& found) const {
  while (query.Step()) {
    const InteractionRecord& record = found.emplace_back(InteractionRecord{
        query.Text(0), query.Int(1), query.Text(2), static_cast<int32_t>(query.Int(3)), query.Blob(5)});
    if (query.Int(4) != Sum(record)) return DamagedRow("interaction", record.id);
  }
  return query.status();
}

absl::StatusOr<std::optional<InteractionRecord>> SqliteStore::GetInteraction(std::string_view id) {
  std::vector<InteractionRecord> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) {
    SqliteQuery query =
        db.Query("SELECT id, time_us, prompt, status_code, checksum, payload FROM interactions WHERE id = ?1");
    query.BindText(1, id);
    return ReadInteractions(query, found);
  }));
  return found.empty() ? std::nullopt : std::optional<InteractionRecord>(std::move(found.front()));
}

absl::StatusOr<std::vector<InteractionRecord>> SqliteStore::ListInteractions(const InteractionFilter& filter) {
  std::vector<InteractionRecord> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) {
    SqliteQuery query = db.Query(ListInteractionsSql(filter));
    BindBefore(query, 1, filter.before_id).BindText(2, filter.prompt).BindInt(3, Clamp(filter.limit));
    return ReadInteractions(query, found);
  }));
  return found;
}

absl::Status SqliteStore::AppendFeedback(const FeedbackRecord& record) {
  ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  return file_->Write(Sync::kDurable, [&](SqliteConnection& db) -> absl::Status {
    SqliteQuery present = db.Query("SELECT payload FROM feedback WHERE id = ?1");
    if (present.BindText(1, record.id).Step()) {
      return present.Blob(0) == record.payload ? absl::OkStatus() : FeedbackExists(record.id);
    }
    ATTUNE_RETURN_IF_ERROR(present.status());
    SqliteQuery insert = db.Query("INSERT INTO feedback VALUES (?1, ?2, ?3, ?4, ?5)");
    insert.BindText(1, record.id).BindText(2, record.interaction_id).BindInt(3, record.time_us);
    return insert.BindInt(4, Sum(record)).BindBlob(5, record.payload).Run();
  });
}

absl::StatusOr<std::vector<FeedbackRecord>> SqliteStore::ListFeedback(std::string_view interaction_id) {
  std::vector<FeedbackRecord> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) -> absl::Status {
    SqliteQuery query = db.Query(
        "SELECT id, interaction_id, time_us, checksum, payload FROM feedback WHERE interaction_id = ?1 "
        "ORDER BY time_us, rowid LIMIT ?2");
    query.BindText(1, interaction_id).BindInt(2, Clamp(kMaxListRows));
    while (query.Step()) {
      const FeedbackRecord& record =
          found.emplace_back(FeedbackRecord{query.Text(0), query.Text(1), query.Int(2), query.Blob(4)});
      if (query.Int(3) != Sum(record)) return DamagedRow("feedback", record.id);
    }
    return query.status();
  }));
  return found;
}

absl::Status SqliteStore::PutEvaluation(const EvaluationRecord& record) {
  ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  return file_->Write(Sync::kDurable, [&](SqliteConnection& db) {
    SqliteQuery put = db.Query(
        "INSERT INTO evaluations VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET time_us = "
        "excluded.time_us, state = excluded.state, checksum = excluded.checksum, payload = excluded.payload");
    put.BindText(1, record.id).BindInt(2, record.time_us).BindInt(3, record.state);
    return put.BindInt(4, Sum(record)).BindBlob(5, record.payload).Run();
  });
}

absl::Status SqliteStore::ReadEvaluations(SqliteQuery& query, std::vector<EvaluationRecord>& found) const {
  while (query.Step()) {
    const EvaluationRecord& record = found.emplace_back(
        EvaluationRecord{query.Text(0), query.Int(1), static_cast<int32_t>(query.Int(2)), query.Blob(4)});
    if (query.Int(3) != Sum(record)) return DamagedRow("evaluation", record.id);
  }
  return query.status();
}

absl::StatusOr<std::optional<EvaluationRecord>> SqliteStore::GetEvaluation(std::string_view id) {
  std::vector<EvaluationRecord> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) {
    SqliteQuery query = db.Query("SELECT id, time_us, state, checksum, payload FROM evaluations WHERE id = ?1");
    query.BindText(1, id);
    return ReadEvaluations(query, found);
  }));
  return found.empty() ? std::nullopt : std::optional<EvaluationRecord>(std::move(found.front()));
}

absl::StatusOr<std::vector<EvaluationRecord>> SqliteStore::ListEvaluations(std::string_view before_id, size_t limit) {
  std::vector<EvaluationRecord> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) {
    const std::string_view where =
        before_id.empty() ? "" : "WHERE (time_us, id) < (SELECT time_us, id FROM evaluations WHERE id = ?1) ";
    SqliteQuery query = db.Query(StrCat("SELECT id, time_us, state, checksum, payload FROM evaluations ", where,
                                        "ORDER BY time_us DESC, id DESC LIMIT ?2"));
    query.BindText(1, before_id).BindInt(2, Clamp(limit));
    return ReadEvaluations(query, found);
  }));
  return found;
}

absl::Status SqliteStore::AppendResults(std::string_view evaluation_id, int64_t first,
                                        absl::Span<const std::string> payloads) {
  ATTUNE_RETURN_IF_ERROR(CheckResults(first, payloads));
  return file_->Write(Sync::kRelaxed, [&](SqliteConnection& db) -> absl::Status {
    SqliteQuery insert = db.Query("INSERT OR REPLACE INTO results VALUES (?1, ?2, ?3, ?4)");
    int64_t number = first;
    for (const std::string& payload : payloads) {
      insert.BindText(1, evaluation_id).BindInt(2, number);
      insert.BindInt(3, ResultSum(evaluation_id, number, payload)).BindBlob(4, payload);
      ATTUNE_RETURN_IF_ERROR(insert.Run());
      insert.Reset();
      ++number;
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<std::string>> SqliteStore::ListResults(std::string_view evaluation_id, int64_t first,
                                                                  size_t limit) {
  std::vector<std::string> found;
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) -> absl::Status {
    SqliteQuery query = db.Query(
        "SELECT number, checksum, payload FROM results WHERE evaluation_id = ?1 AND number >= ?2 ORDER BY number "
        "LIMIT ?3");
    query.BindText(1, evaluation_id).BindInt(2, first).BindInt(3, Clamp(limit));
    for (int64_t number = first; query.Step() && query.Int(0) == number; ++number) {
      found.push_back(query.Blob(2));
      if (query.Int(1) != ResultSum(evaluation_id, number, found.back())) {
        return DamagedRow("result", StrCat(evaluation_id, "/", number));
      }
    }
    return query.status();
  }));
  return found;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options) {
  ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<SqliteFile> file, SqliteFile::Open(options));
  return std::make_unique<SqliteStore>(std::move(file));
}

}  // namespace attune
