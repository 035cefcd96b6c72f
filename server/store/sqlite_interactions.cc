#include "base/error.h"
#include "base/strings.h"
#include "store/checks.h"
#include "store/row_checksum.h"
#include "store/sqlite_store_impl.h"

namespace attune {
namespace {

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

// An id larger than every text, since SQLite orders blobs after texts: where a listing without `before_id` starts.
SqliteQuery& BindBefore(SqliteQuery& query, int parameter, std::string_view before_id) {
  return before_id.empty() ? query.BindBlob(parameter, "") : query.BindText(parameter, before_id);
}

// With `with_feedback`, feedback leads: it is much rarer than interactions. Both forms walk an index backwards and stop
// at the limit.
std::string ListInteractionsSql(const InteractionFilter& filter) {
  std::string sql = "SELECT i.id, i.time_us, i.prompt, i.status_code, i.checksum, i.payload FROM ";
  sql += filter.with_feedback ? "feedback f INDEXED BY feedback_by_interaction CROSS JOIN interactions i "
                                "ON i.id = f.interaction_id WHERE f.interaction_id < ?1"
                              : "interactions i WHERE i.id < ?1";
  if (!filter.prompt.empty()) sql += " AND i.prompt = ?2";
  if (filter.failed) sql += " AND i.status_code != 0";
  return sql + (filter.with_feedback ? " GROUP BY f.interaction_id ORDER BY f.interaction_id DESC LIMIT ?3"
                                     : " ORDER BY i.id DESC LIMIT ?3");
}

// So many rows go into one statement: to begin and end one takes about a sixth of what a row takes with all its writes.
constexpr size_t kRowsAtOnce = 16;

// `records` are a multiple of `at_once`.
absl::Status InsertInteractions(SqliteConnection& db, absl::Span<const InteractionRecord> records, size_t at_once) {
  if (records.empty()) return absl::OkStatus();
  std::string sql = "INSERT INTO interactions VALUES (?, ?, ?, ?, ?, ?)";
  for (size_t i = 1; i < at_once; ++i) sql += ", (?, ?, ?, ?, ?, ?)";
  SqliteQuery insert = db.Query(sql + " ON CONFLICT (id) DO NOTHING");
  for (; !records.empty(); records.remove_prefix(at_once)) {
    int next = 1;
    for (const InteractionRecord& record : records.first(at_once)) {
      insert.BindText(next, record.id).BindInt(next + 1, record.time_us).BindText(next + 2, record.prompt);
      insert.BindInt(next + 3, record.status_code).BindInt(next + 4, Sum(record)).BindBlob(next + 5, record.payload);
      next += 6;
    }
    ATTUNE_RETURN_IF_ERROR(insert.Run());
    insert.Reset();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SqliteStore::AppendInteractions(absl::Span<const InteractionRecord> records) {
  for (const InteractionRecord& record : records) ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  const size_t left = records.size() % kRowsAtOnce;
  return file_->Write(Sync::kRelaxed, [&](SqliteConnection& db) -> absl::Status {
    ATTUNE_RETURN_IF_ERROR(InsertInteractions(db, records.first(records.size() - left), kRowsAtOnce));
    return InsertInteractions(db, records.last(left), 1);
  });
}

absl::Status SqliteStore::ReadInteractions(SqliteQuery& query, std::vector<InteractionRecord>& found) const {
  size_t bytes = 0;
  while (bytes < kMaxListBytes && query.Step()) {
    const InteractionRecord& record = found.emplace_back(InteractionRecord{
        query.Text(0), query.Int(1), query.Text(2), static_cast<int32_t>(query.Int(3)), query.Blob(5)});
    bytes += record.payload.size();
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
    BindBefore(query, 1, filter.before_id).BindText(2, filter.prompt).BindInt(3, ClampRows(filter.limit));
    return ReadInteractions(query, found);
  }));
  return found;
}

absl::Status SqliteStore::AppendFeedback(const FeedbackRecord& record) {
  ATTUNE_RETURN_IF_ERROR(CheckPayload(record.payload.size()));
  return file_->Write(Sync::kDurable, [&](SqliteConnection& db) -> absl::Status {
    SqliteQuery present = db.Query("SELECT interaction_id, payload FROM feedback WHERE id = ?1");
    if (present.BindText(1, record.id).Step()) {
      const bool same = present.Text(0) == record.interaction_id && present.Blob(1) == record.payload;
      return same ? absl::OkStatus() : FeedbackExists(record.id);
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
    query.BindText(1, interaction_id).BindInt(2, ClampRows(kMaxListRows));
    while (query.Step()) {
      const FeedbackRecord& record =
          found.emplace_back(FeedbackRecord{query.Text(0), query.Text(1), query.Int(2), query.Blob(4)});
      if (query.Int(3) != Sum(record)) return DamagedRow("feedback", record.id);
    }
    return query.status();
  }));
  return found;
}

}  // namespace attune
