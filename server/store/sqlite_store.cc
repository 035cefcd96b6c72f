#include "store/sqlite_store.h"

#include <utility>

#include "base/error.h"
#include "store/sqlite_file.h"
#include "store/sqlite_store_impl.h"

namespace attune {

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options) {
  ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<SqliteFile> file, SqliteFile::Open(options));
  return std::make_unique<SqliteStore>(std::move(file));
}

}  // namespace attune
