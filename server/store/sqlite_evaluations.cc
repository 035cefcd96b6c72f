#include "base/error.h"
#include "base/strings.h"
#include "store/checks.h"
#include "store/row_checksum.h"
#include "store/sqlite_store_impl.h"

namespace attune {
namespace {

int64_t Sum(const EvaluationRecord& record) {
  return RowChecksum().Add(record.id).Add(record.time_us).Add(int64_t{record.state}).Add(record.payload).value();
}

int64_t ResultSum(std::string_view evaluation_id, int64_t number, std::string_view payload) {
  return RowChecksum().Add(evaluation_id).Add(number).Add(payload).value();
}

}  // namespace

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
    query.BindText(1, before_id).BindInt(2, ClampRows(limit));
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
    query.BindText(1, evaluation_id).BindInt(2, first).BindInt(3, ClampRows(limit));
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

}  // namespace attune
