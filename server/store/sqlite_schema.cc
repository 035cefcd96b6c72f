#include "store/sqlite_schema.h"

#include <string>

#include "base/error.h"
#include "base/strings.h"
#include "store/sqlite_error.h"

namespace attune {
namespace {

// Version 1. `checksum` is RowChecksum over the row's other columns in their order. The catalog log is what everything
// is rebuilt from: triggers keep every program from changing what is in it.
constexpr char kFirstTables[] = R"sql(
CREATE TABLE catalog_log (
  revision INTEGER PRIMARY KEY,
  checksum INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE TRIGGER catalog_log_no_update BEFORE UPDATE ON catalog_log
BEGIN SELECT RAISE(ABORT, 'the catalog log is append-only'); END;
CREATE TRIGGER catalog_log_no_delete BEFORE DELETE ON catalog_log
BEGIN SELECT RAISE(ABORT, 'the catalog log is append-only'); END;

CREATE TABLE interactions (
  id TEXT PRIMARY KEY NOT NULL,
  time_us INTEGER NOT NULL,
  prompt TEXT NOT NULL,
  status_code INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE INDEX interactions_by_prompt ON interactions (prompt, id);
CREATE INDEX interactions_failed ON interactions (id) WHERE status_code != 0;

CREATE TABLE feedback (
  id TEXT PRIMARY KEY NOT NULL,
  interaction_id TEXT NOT NULL,
  time_us INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE INDEX feedback_by_interaction ON feedback (interaction_id, time_us);

CREATE TABLE evaluations (
  id TEXT PRIMARY KEY NOT NULL,
  time_us INTEGER NOT NULL,
  state INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE INDEX evaluations_by_time ON evaluations (time_us, id);

CREATE TABLE results (
  evaluation_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (evaluation_id, number)
) STRICT;
)sql";

// Version 2: vectors of embedding models, by a hash of text, model and dimensions. `numbers` are float32,
// little-endian.
constexpr char kVectors[] = R"sql(
CREATE TABLE vectors (
  key BLOB PRIMARY KEY NOT NULL,
  checksum INTEGER NOT NULL,
  numbers BLOB NOT NULL
) STRICT;
)sql";

constexpr Migration kMigrations[] = {{kFirstTables}, {kVectors}};

absl::Status NotAStore(const std::string& path) {
  return Error(absl::StatusCode::kFailedPrecondition, "NOT_A_STORE")
      .Message(StrCat("'", path, "' is an SQLite file of another program; name another file"))
      .With("path", path);
}

absl::Status TooNew(const std::string& path, int64_t version, size_t known) {
  return Error(absl::StatusCode::kFailedPrecondition, "STORE_TOO_NEW")
      .Message(StrCat("the store '", path, "' has schema version ", version, ", and this attuned knows ", known,
                      "; use the newer attuned that wrote it"))
      .With("path", path)
      .With("version", version)
      .With("known", static_cast<int64_t>(known));
}

}  // namespace

absl::Span<const Migration> StoreMigrations() { return kMigrations; }

absl::Status CheckIdentity(SqliteConnection& db, absl::Span<const Migration> migrations) {
  ATTUNE_ASSIGN_OR_RETURN(const int64_t application, db.QueryInt("PRAGMA application_id"));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t version, db.QueryInt("PRAGMA user_version"));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t objects, db.QueryInt("SELECT count(*) FROM sqlite_schema"));
  const bool empty = application == 0 && version == 0 && objects == 0;
  if (!empty && application != kStoreApplicationId) return NotAStore(db.path());
  if (version < 0 || version > static_cast<int64_t>(migrations.size())) {
    return TooNew(db.path(), version, migrations.size());
  }
  return absl::OkStatus();
}

absl::Status Migrate(SqliteConnection& db, absl::Span<const Migration> migrations) {
  ATTUNE_ASSIGN_OR_RETURN(const int64_t version, db.QueryInt("PRAGMA user_version"));
  const absl::Span<const Migration> unseen = migrations.subspan(static_cast<size_t>(version));
  if (unseen.empty()) return absl::OkStatus();
  SqliteTransaction transaction(db);
  ATTUNE_RETURN_IF_ERROR(transaction.Begin());
  for (const Migration& step : unseen) ATTUNE_RETURN_IF_ERROR(db.Execute(step.sql));
  ATTUNE_RETURN_IF_ERROR(db.Execute(
      StrCat("PRAGMA application_id = ", kStoreApplicationId, "; PRAGMA user_version = ", migrations.size())));
  return transaction.Commit();
}

absl::Status CheckIntegrity(SqliteConnection& db, bool full) {
  ATTUNE_ASSIGN_OR_RETURN(const int64_t pages, db.QueryInt("PRAGMA page_count"));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t page_size, db.QueryInt("PRAGMA page_size"));
  const char* check = full                                    ? "PRAGMA integrity_check(1)"
                      : pages * page_size <= kQuickCheckBytes ? "PRAGMA quick_check(1)"
                                                              : "PRAGMA quick_check('catalog_log')";
  ATTUNE_ASSIGN_OR_RETURN(const std::string verdict, db.QueryText(check));
  return verdict == "ok" ? absl::OkStatus() : StoreCorrupt(db.path(), verdict);
}

}  // namespace attune
