// The tables of the SQLite store, their version, and whether a file is ours and whole.
#ifndef ATTUNE_STORE_SQLITE_SCHEMA_H_
#define ATTUNE_STORE_SQLITE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "store/sqlite_handle.h"

namespace attune {

inline constexpr int64_t kStoreApplicationId = 0x4174756e;       // "Atun", in the file's header
inline constexpr int64_t kQuickCheckBytes = int64_t{256} << 20;  // larger files: only the catalog log is checked

// One step of the schema: brings a file from version `index` to `index + 1` (PRAGMA user_version). A step that was
// released never changes; new ones are appended.
struct Migration {
  const char* sql;
};
absl::Span<const Migration> StoreMigrations();

// FAILED_PRECONDITION unless the file is empty or a store of Attune (NOT_A_STORE), no newer than `migrations`
// (STORE_TOO_NEW). Changes nothing.
absl::Status CheckIdentity(SqliteConnection& db, absl::Span<const Migration> migrations = StoreMigrations());

// Runs the steps that the file has not seen, in one transaction: if one of them fails the file stays as it was, and
// the attuned that wrote it can still use it. The file must have passed CheckIdentity with the same `migrations`.
absl::Status Migrate(SqliteConnection& db, absl::Span<const Migration> migrations = StoreMigrations());

// DATA_LOSS (STORE_CORRUPT) if the file's structure is damaged. `full` reads everything and compares every index with
// its table; else the structure alone, of the catalog log alone in a large file (kQuickCheckBytes), so that the time
// to start stays bounded. What is inside the rows is checked against their checksums when they are read.
absl::Status CheckIntegrity(SqliteConnection& db, bool full);

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_SCHEMA_H_
