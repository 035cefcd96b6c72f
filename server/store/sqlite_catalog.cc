#include "base/error.h"
#include "base/strings.h"
#include "store/checks.h"
#include "store/row_checksum.h"
#include "store/sqlite_store_impl.h"

namespace attune {
namespace {

// Replay reads this much before it visits it, so that no query is open during a visit.
constexpr size_t kReplayChunkBytes = size_t{8} << 20;
constexpr int64_t kReplayChunkRecords = 1024;

int64_t Sum(const LogRecord& record) { return RowChecksum().Add(record.revision).Add(record.payload).value(); }

}  // namespace

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

}  // namespace attune
