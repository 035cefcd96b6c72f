// SQLite as values that clean up after themselves: connection, query, transaction.
//
//   SqliteQuery query = db.Query("SELECT payload FROM catalog_log WHERE revision > ?1");
//   query.BindInt(1, after);
//   while (query.Step()) Use(query.Blob(0));
//   return query.status();
//
// None of them is thread-safe: one thread at a time uses a connection and all that hangs on it.
#ifndef ATTUNE_STORE_SQLITE_HANDLE_H_
#define ATTUNE_STORE_SQLITE_HANDLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace attune {

// One run of a prepared statement. Its errors stick: after the first one Bind and Step do nothing, and status() has it.
class SqliteQuery {
 public:
  SqliteQuery(const std::string& path, sqlite3* db, sqlite3_stmt* statement, absl::Status status)
      : path_(path), db_(db), statement_(statement), status_(std::move(status)) {}
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;
  ~SqliteQuery();

  // Parameters are numbered from 1. Texts and blobs are not copied: they must live as long as the query.
  SqliteQuery& BindInt(int parameter, int64_t value);
  SqliteQuery& BindText(int parameter, std::string_view value);
  SqliteQuery& BindBlob(int parameter, std::string_view value);

  // True: there is a row, whose columns (from 0) may be read until the next Step.
  bool Step();
  // For statements that give no rows.
  absl::Status Run();
  // Makes it ready to be bound and run again.
  void Reset();
  const absl::Status& status() const { return status_; }

  int64_t Int(int column) const;
  std::string Text(int column) const { return Blob(column); }
  std::string Blob(int column) const;

 private:
  void Check(int code);

  const std::string& path_;
  sqlite3* db_;
  sqlite3_stmt* statement_;  // null if it could not be prepared
  absl::Status status_;
};

class SqliteConnection {
 public:
  enum class Mode {
    kReadWrite,
    kReadOnly,
    kImmutable,  // nobody writes the file; works in a directory that cannot be written
  };
  // Never creates the file.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& path, Mode mode);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Statements without parameters and rows, separated by semicolons.
  absl::Status Execute(const std::string& sql);
  // The first column of the first row; 0 if there is none.
  absl::StatusOr<int64_t> QueryInt(std::string_view sql);
  absl::StatusOr<std::string> QueryText(std::string_view sql);
  // Prepared at its first use and kept, so there must be few different texts; one run of a text at a time.
  SqliteQuery Query(std::string_view sql);

  bool in_transaction() const;
  const std::string& path() const { return path_; }

 private:
  SqliteConnection(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}

  sqlite3* db_;
  std::string path_;
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
};

// A write transaction; rolls back at its end unless committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteConnection& db) : db_(db) {}
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  absl::Status Begin() { return db_.Query("BEGIN IMMEDIATE").Run(); }
  absl::Status Commit() { return db_.Query("COMMIT").Run(); }

 private:
  SqliteConnection& db_;
};

}  // namespace attune

#endif  // ATTUNE_STORE_SQLITE_HANDLE_H_
