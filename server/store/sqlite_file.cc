#include "store/sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "store/sqlite_error.h"
#include "store/sqlite_schema.h"

namespace attune {
namespace {

using Mode = SqliteConnection::Mode;

constexpr std::string_view kCheckDirectory = "check that its directory exists and who may write there";

absl::Status SystemError(const std::string& path, int error) {
  return StoreUnavailable(path, std::generic_category().message(error), kCheckDirectory);
}

// One name for one file, so that two names cannot give two locks.
absl::StatusOr<std::string> Resolve(const std::string& path) {
  if (path.empty()) return BadField("BAD_STORE_PATH", "path", "is empty; name the file of the store");
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return SystemError(path, error.value());
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  if (error) return SystemError(path, error.value());
  const std::filesystem::file_status status = std::filesystem::status(resolved, error);
  if (std::filesystem::is_directory(status)) {
    return BadField("BAD_STORE_PATH", "path", StrCat("'", path, "' is a directory; name a file in it"));
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return BadField("BAD_STORE_PATH", "path", StrCat("'", path, "' is a device, pipe or socket; name a file"));
  }
  return resolved.string();
}

std::string DirectoryOf(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

// What people asked is nobody else's business: the file is its owner's alone, and SQLite gives its companions the same
// rights. The directory is synced so that a power cut cannot take the new name.
absl::Status Create(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return SystemError(path, errno);
  close(fd);
  const int directory = open(DirectoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return SystemError(path, errno);
  const int result = fsync(directory);
  const int error = errno;
  close(directory);
  return result == 0 ? absl::OkStatus() : SystemError(path, error);
}

bool Writable(const std::string& path) { return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0; }

// Without the right to write, SQLite reads beside a WAL that is there; if there is none, the file alone is everything.
Mode ModeFor(const std::string& path) {
  if (Writable(path) && Writable(DirectoryOf(path))) return Mode::kReadWrite;
  std::error_code error;
  const auto wal_bytes = std::filesystem::file_size(path + "-wal", error);
  return error || wal_bytes == 0 ? Mode::kImmutable : Mode::kReadOnly;
}

absl::Status Configure(SqliteConnection& db, const SqliteOptions& options, Sync sync) {
  ATTUNE_RETURN_IF_ERROR(db.Execute(StrCat("PRAGMA synchronous = ", sync == Sync::kDurable ? "FULL" : "NORMAL",
                                           "; PRAGMA wal_autocheckpoint = ", kCheckpointPages,
                                           "; PRAGMA journal_size_limit = ", kWalBytesKept)));
  if (options.max_bytes <= 0) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(const int64_t page_size, db.QueryInt("PRAGMA page_size"));
  return db.Execute(StrCat("PRAGMA max_page_count = ", std::max<int64_t>(1, options.max_bytes / page_size)));
}

absl::Status UseWal(SqliteConnection& db) {
  ATTUNE_ASSIGN_OR_RETURN(const std::string mode, db.QueryText("PRAGMA journal_mode = WAL"));
  if (mode == "wal") return absl::OkStatus();
  return StoreUnavailable(db.path(), "its file system cannot share memory between processes (SQLite's WAL mode)",
                          "put the store on a local disk");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Open(const SqliteOptions& options) {
  ATTUNE_ASSIGN_OR_RETURN(const std::string path, Resolve(options.path));
  std::error_code ignored;
  const bool exists = std::filesystem::exists(path, ignored);
  absl::StatusOr<StoreLock> lock = StoreLock::Acquire(path);
  const Mode mode = exists ? ModeFor(path) : Mode::kReadWrite;
  // Who may write nothing here needs no lock: nobody is disturbed by a reader.
  if (!lock.ok() && (mode == Mode::kReadWrite || !absl::IsUnavailable(lock.status()))) return lock.status();
  if (!exists) ATTUNE_RETURN_IF_ERROR(Create(path));
  std::unique_ptr<SqliteFile> file(new SqliteFile(path, lock.ok() ? *std::move(lock) : StoreLock()));
  if (mode == Mode::kReadWrite) {
    ATTUNE_RETURN_IF_ERROR(file->OpenForWriting(options));
    ATTUNE_RETURN_IF_ERROR(file->OpenForReading(Mode::kReadWrite, options.full_integrity_check));
  } else {
    ATTUNE_RETURN_IF_ERROR(file->OpenForReading(mode, options.full_integrity_check));
  }
  return file;
}

absl::Status SqliteFile::OpenForWriting(const SqliteOptions& options) {
  ATTUNE_ASSIGN_OR_RETURN(durable_, SqliteConnection::Open(path_, Mode::kReadWrite));
  // Before the first write, so that another program's file is left as it is.
  ATTUNE_RETURN_IF_ERROR(CheckIdentity(*durable_));
  ATTUNE_RETURN_IF_ERROR(UseWal(*durable_));
  ATTUNE_RETURN_IF_ERROR(Configure(*durable_, options, Sync::kDurable));
  ATTUNE_RETURN_IF_ERROR(Migrate(*durable_));
  ATTUNE_ASSIGN_OR_RETURN(relaxed_, SqliteConnection::Open(path_, Mode::kReadWrite));
  return Configure(*relaxed_, options, Sync::kRelaxed);
}

absl::Status SqliteFile::OpenForReading(Mode mode, bool full_check) {
  MutexLock lock(readers_mutex_);
  for (size_t i = 0; i < kReaders; ++i) {
    ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> reader, SqliteConnection::Open(path_, mode));
    ATTUNE_RETURN_IF_ERROR(reader->Execute("PRAGMA query_only = ON"));
    readers_.push_back(std::move(reader));
  }
  SqliteConnection& first = *readers_.front();
  ATTUNE_RETURN_IF_ERROR(CheckIdentity(first));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t version, first.QueryInt("PRAGMA user_version"));
  if (version != static_cast<int64_t>(StoreMigrations().size())) return StoreReadOnly(path_);
  return CheckIntegrity(first, full_check);
}

absl::Status SqliteFile::Write(Sync sync, absl::FunctionRef<absl::Status(SqliteConnection&)> work) {
  if (read_only()) return StoreReadOnly(path_);
  MutexLock lock(write_mutex_);
  SqliteConnection& db = sync == Sync::kDurable ? *durable_ : *relaxed_;
  SqliteTransaction transaction(db);
  ATTUNE_RETURN_IF_ERROR(transaction.Begin());
  ATTUNE_RETURN_IF_ERROR(work(db));
  return transaction.Commit();
}

absl::Status SqliteFile::Read(absl::FunctionRef<absl::Status(SqliteConnection&)> work) {
  std::unique_ptr<SqliteConnection> reader = TakeReader();
  absl::Status status = work(*reader);
  ReturnReader(std::move(reader));
  return status;
}

std::unique_ptr<SqliteConnection> SqliteFile::TakeReader() {
  MutexLock lock(readers_mutex_);
  while (readers_.empty()) reader_returned_.Wait(lock);
  std::unique_ptr<SqliteConnection> reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void SqliteFile::ReturnReader(std::unique_ptr<SqliteConnection> reader) {
  MutexLock lock(readers_mutex_);
  readers_.push_back(std::move(reader));
  reader_returned_.NotifyOne();
}

}  // namespace attune
