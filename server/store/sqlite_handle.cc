#include "store/sqlite_handle.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "store/sqlite_error.h"

namespace attune {
namespace {

// Only programs other than Attune can hold a lock that long: our own writers wait for each other before they begin.
constexpr int kBusyTimeoutMs = 5000;

// SQLite takes a null pointer for NULL, not for an empty value.
const char* NotNull(std::string_view value) { return value.data() == nullptr ? "" : value.data(); }

// What a file: URI would read as syntax is written as %xx.
std::string ImmutableUri(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      uri += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[static_cast<unsigned char>(c) & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

SqliteQuery::~SqliteQuery() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void SqliteQuery::Check(int code) {
  if (code != SQLITE_OK && status_.ok()) status_ = SqliteError(db_, code, path_);
}

SqliteQuery& SqliteQuery::BindInt(int parameter, int64_t value) {
  if (status_.ok()) Check(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

SqliteQuery& SqliteQuery::BindText(int parameter, std::string_view value) {
  if (status_.ok()) {
    Check(sqlite3_bind_text64(statement_, parameter, NotNull(value), value.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  return *this;
}

SqliteQuery& SqliteQuery::BindBlob(int parameter, std::string_view value) {
  if (status_.ok()) Check(sqlite3_bind_blob64(statement_, parameter, NotNull(value), value.size(), SQLITE_STATIC));
  return *this;
}

bool SqliteQuery::Step() {
  if (!status_.ok()) return false;
  errno = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) Check(code);
  return false;
}

absl::Status SqliteQuery::Run() {
  while (Step()) {
  }
  return status_;
}

void SqliteQuery::Reset() {
  // The result of the run is in status_ already.
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

int64_t SqliteQuery::Int(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteQuery::Blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), static_cast<size_t>(size));
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& path, Mode mode) {
  // Statistics that nobody reads would cost a lock at each allocation. SQLite listens to this before its first use
  // only.
  [[maybe_unused]] static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const std::string name = mode == Mode::kImmutable ? ImmutableUri(path) : path;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    (mode == Mode::kImmutable ? SQLITE_OPEN_URI : 0);
  sqlite3* db = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(name.c_str(), &db, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db, path));
  if (code != SQLITE_OK) return SqliteError(db, code, path);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  // What a damaged or hostile file could make SQL do is switched off.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  ATTUNE_RETURN_IF_ERROR(connection->Execute("PRAGMA cell_size_check = ON"));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

absl::Status SqliteConnection::Execute(const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(db_, code, path_);
}

absl::StatusOr<int64_t> SqliteConnection::QueryInt(std::string_view sql) {
  SqliteQuery query = Query(sql);
  const int64_t value = query.Step() ? query.Int(0) : 0;
  ATTUNE_RETURN_IF_ERROR(query.status());
  return value;
}

absl::StatusOr<std::string> SqliteConnection::QueryText(std::string_view sql) {
  SqliteQuery query = Query(sql);
  std::string value = query.Step() ? query.Text(0) : std::string();
  ATTUNE_RETURN_IF_ERROR(query.status());
  return value;
}

SqliteQuery SqliteConnection::Query(std::string_view sql) {
  sqlite3_stmt*& statement = statements_[std::string(sql)];
  absl::Status status;
  if (statement == nullptr) {
    errno = 0;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) status = SqliteError(db_, code, path_);
  }
  return SqliteQuery(path_, db_, statement, std::move(status));
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

SqliteTransaction::~SqliteTransaction() {
  // A commit that failed may have rolled back by itself. A roll-back that fails is done by the next opening.
  if (db_.in_transaction()) (void)db_.Query("ROLLBACK").Run();
}

}  // namespace attune
