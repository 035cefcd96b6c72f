// The one place where SQLite's result codes become our errors (store.h lists them).
#ifndef ATTUNE_STORE_SQLITE_ERROR_H_
#define ATTUNE_STORE_SQLITE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

struct sqlite3;

namespace attune {

// The error of the call on `db` that just gave the (extended) result `code`; `db` may be null. Its cause is in errno,
// which the caller set to 0 before the call: sqlite3_system_errno knows nothing of commits that fail.
absl::Status SqliteError(sqlite3* db, int code, std::string_view path);

// UNAVAILABLE (STORE_UNAVAILABLE): `cause` says what is wrong with the file, `advice` what a person does about it.
absl::Status StoreUnavailable(std::string_view path, std::string_view cause, std::string_view advice);

// What every write to a file opened without the right to write gives.
absl::Status StoreReadOnly(std::string_view path);

// DATA_LOSS (STORE_CORRUPT): `what` is damaged.
absl::Status StoreCorrupt(std::string_view path, std::string_view what);

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_ERROR_H_
