#include "store/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::string_view kMakeRoom = "make room and try again; no restart is needed";

std::string SystemText(int system_errno) { return std::generic_category().message(system_errno); }

absl::Status IoError(int code, int system_errno, std::string_view path) {
  if (system_errno == ENOSPC || system_errno == EDQUOT) return StoreUnavailable(path, "the disk is full", kMakeRoom);
  if (system_errno == EFBIG) return StoreUnavailable(path, "the file is at the process's size limit", kMakeRoom);
  const std::string cause = system_errno != 0 ? SystemText(system_errno) : sqlite3_errstr(code);
  return StoreUnavailable(path, StrCat("I/O error: ", cause, " (SQLite code ", code, ")"),
                          "check the disk and the system's log");
}

}  // namespace

absl::Status StoreUnavailable(std::string_view path, std::string_view cause, std::string_view advice) {
  return Error(absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE")
      .Message(StrCat("the store '", path, "' cannot be used: ", cause, "; ", advice))
      .With("path", path)
      .With("cause", cause);
}

absl::Status StoreReadOnly(std::string_view path) {
  return StoreUnavailable(path, "the file is read-only",
                          "let the server write the file and its directory, then start it again");
}

absl::Status StoreCorrupt(std::string_view path, std::string_view what) {
  return Error(absl::StatusCode::kDataLoss, "STORE_CORRUPT")
      .Message(StrCat("the store '", path, "' is damaged: ", what, "; restore the file from a backup"))
      .With("path", path)
      .With("cause", what);
}

absl::Status SqliteError(sqlite3* db, int code, std::string_view path) {
  const int system_errno = errno;
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
      return StoreCorrupt(path, db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db));
    case SQLITE_NOTADB:
      return StoreCorrupt(path, "it is not a store, or its first bytes are lost");
    case SQLITE_FULL:
      return StoreUnavailable(path, "the disk, or the space the file may take, is full", kMakeRoom);
    case SQLITE_READONLY:
      return StoreReadOnly(path);
    case SQLITE_IOERR:
      return IoError(code, system_errno, path);
    case SQLITE_CANTOPEN:
      return StoreUnavailable(path, StrCat("it cannot be opened: ", SystemText(system_errno)),
                              "check that its directory exists and who may write there");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreUnavailable(path, "another program holds a lock on the file", "end that program and try again");
    case SQLITE_NOMEM:
      return StoreUnavailable(path, "out of memory", "give the server more memory");
    default:
      return StoreUnavailable(
          path, StrCat(db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db), " (SQLite code ", code, ")"),
          "if it goes on, report it");
  }
}

}  // namespace attune
