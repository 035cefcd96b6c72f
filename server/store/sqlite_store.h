// The embedded store: one SQLite file in WAL mode, beside it "-wal" and "-shm" while it is open, and "<path>.lock".
//
// Catalog, feedback and evaluation writes are synced to the disk before they return; interactions and results are
// handed to the kernel and reach the disk with the next of those. AppendCatalog commits its records together: group
// commit is the caller's, who gathers them.
#ifndef ATTUNE_STORE_SQLITE_STORE_H_
#define ATTUNE_STORE_SQLITE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace attune {

struct SqliteOptions {
  std::string path = {};              // made if it does not exist; its directory must exist
  int64_t max_bytes = 0;              // of the file; past it writes fail with UNAVAILABLE; 0: the disk is the limit
  bool full_integrity_check = false;  // at the start; else a check whose time is bounded (CheckIntegrity)
};

// Opens, checks and if need be migrates the file. A file that can be read but not written (or whose directory cannot)
// is opened all the same: reads work, every write is UNAVAILABLE (STORE_UNAVAILABLE, cause "the file is read-only").
// INVALID_ARGUMENT (BAD_STORE_PATH): empty, or no regular file. FAILED_PRECONDITION: another process, or this one, has
// it open (STORE_IN_USE, metadata `pid` if known); it is another program's SQLite file (NOT_A_STORE); a newer attuned
// wrote it (STORE_TOO_NEW). DATA_LOSS (STORE_CORRUPT): damaged, or no SQLite file. UNAVAILABLE (STORE_UNAVAILABLE): it
// can neither be opened nor made.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options);

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_STORE_H_
