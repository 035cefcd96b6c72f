// The open file of an SQLite store: its lock, two connections that write and a few that read.
//
// Writers take turns on one mutex of ours, since SQLite lets one write at a time and makes the others poll. Readers
// have connections of their own and, in WAL mode, neither wait for a writer nor hold one up.
#ifndef ATTUNE_STORE_SQLITE_FILE_H_
#define ATTUNE_STORE_SQLITE_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "store/sqlite_handle.h"
#include "store/sqlite_store.h"
#include "store/store_lock.h"

namespace attune {

inline constexpr size_t kReaders = 4;                        // connections; more calls wait for one
inline constexpr int kCheckpointPages = 1000;                // of the WAL; a commit past it moves them to the file
inline constexpr int64_t kWalBytesKept = int64_t{16} << 20;  // a longer WAL is cut to this when it starts anew

// When a commit returns.
enum class Sync {
  kDurable,  // it is on the disk
  kRelaxed,  // it is with the kernel: outlives the process, not a power cut before the next durable commit
};

// Thread-safe.
class SqliteFile {
 public:
  // Locks, creates, checks and migrates; see OpenSqliteStore.
  static absl::StatusOr<std::unique_ptr<SqliteFile>> Open(const SqliteOptions& options);

  // Runs `work` in a transaction: committed if it returns OK, else undone.
  absl::Status Write(Sync sync, absl::FunctionRef<absl::Status(SqliteConnection&)> work);
  // Each query of `work` sees what is committed when it begins.
  absl::Status Read(absl::FunctionRef<absl::Status(SqliteConnection&)> work);

  // As it was resolved, without links.
  const std::string& path() const { return path_; }
  bool read_only() const { return durable_ == nullptr; }

 private:
  SqliteFile(std::string path, StoreLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  absl::Status OpenForWriting(const SqliteOptions& options);
  absl::Status OpenForReading(SqliteConnection::Mode mode, bool full_check);
  std::unique_ptr<SqliteConnection> TakeReader();
  void ReturnReader(std::unique_ptr<SqliteConnection> reader);

  const std::string path_;
  // Outlives the connections.
  const StoreLock lock_;
  Mutex write_mutex_;
  std::unique_ptr<SqliteConnection> durable_;  // the connections are used under write_mutex_; null: read-only
  std::unique_ptr<SqliteConnection> relaxed_;
  Mutex readers_mutex_;
  CondVar reader_returned_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_ ABSL_GUARDED_BY(readers_mutex_);
};

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_FILE_H_
