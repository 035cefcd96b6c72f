// The way from an older schema to a newer one, with steps of the test's own after the real ones.
#include <gmock/gmock.h>

#include "store/sqlite_schema.h"
#include "tests/store/faulty_disk.h"
#include "tests/store/sample_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

class MigrationPath : public testing::Test {
 protected:
  MigrationPath() : steps_(StoreMigrations().begin(), StoreMigrations().end()) {
    const auto store = OpenOrFail({.path = path_});
    EXPECT_TRUE(FillStore(*store).ok());
    text_ = *StoreText(*store);
  }

  std::unique_ptr<SqliteConnection> Connect(const std::string& path) {
    auto db = SqliteConnection::Open(path, SqliteConnection::Mode::kReadWrite);
    EXPECT_TRUE(db.ok()) << db.status();
    return *std::move(db);
  }

  // Everything that a step may change.
  std::string Schema(SqliteConnection& db) {
    return StrCat(*db.QueryInt("PRAGMA user_version"), " ", *db.QueryInt("PRAGMA application_id"), " ",
                  *db.QueryText("SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)"));
  }

  int64_t released() const { return static_cast<int64_t>(StoreMigrations().size()); }

  ScratchDirectory directory_;
  std::string path_ = directory_.File("store.db");
  std::vector<Migration> steps_;  // the real ones
  std::string text_;
};

TEST_F(MigrationPath, RunsTheStepsThatTheFileHasNotSeenOnceAndInOrder) {
  steps_.push_back(
      {"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT; INSERT INTO notes VALUES (1, 'a')"});
  steps_.push_back({"ALTER TABLE notes ADD COLUMN more TEXT; UPDATE notes SET more = text || 'b'"});
  const auto db = Connect(path_);
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(CheckIdentity(*db, steps_).ok());
    const absl::Status status = Migrate(*db, steps_);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(*db->QueryInt("PRAGMA user_version"), released() + 2);
    EXPECT_EQ(*db->QueryText("SELECT more FROM notes"), "ab");
  }
  EXPECT_EQ(*db->QueryInt("SELECT count(*) FROM catalog_log"), 12);
}

TEST_F(MigrationPath, AnEmptyFileGetsEveryStep) {
  const std::string path = directory_.File("new.db");
  WriteWholeFile(path, "");
  steps_.push_back({"CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT"});
  const auto db = Connect(path);
  ASSERT_TRUE(CheckIdentity(*db, steps_).ok());
  ASSERT_TRUE(Migrate(*db, steps_).ok());
  EXPECT_EQ(*db->QueryInt("PRAGMA user_version"), released() + 1);
  EXPECT_EQ(*db->QueryInt("PRAGMA application_id"), kStoreApplicationId);
  EXPECT_TRUE(CheckIdentity(*db, steps_).ok());
}

TEST_F(MigrationPath, AStepThatFailsLeavesTheFileAsItWas) {
  steps_.push_back({"CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT"});
  steps_.push_back({"DELETE FROM feedback; DROP TABLE results; INSERT INTO nowhere VALUES (1)"});
  steps_.push_back({"CREATE TABLE never (id INTEGER PRIMARY KEY) STRICT"});
  {
    const auto db = Connect(path_);
    const std::string before = Schema(*db);
    const absl::Status status = Migrate(*db, steps_);
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("nowhere"));
    EXPECT_EQ(Schema(*db), before);
  }
  EXPECT_EQ(*StoreText(*OpenOrFail({.path = path_, .full_integrity_check = true})), text_);
}

TEST_F(MigrationPath, AFullDiskLeavesTheFileAsItWasAndTheNextStartMigrates) {
  steps_.push_back({"CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT"});
  steps_.push_back({"CREATE INDEX results_by_number ON results (number)"});
  const auto db = Connect(path_);
  const std::string before = Schema(*db);
  FaultyDisk disk;
  int64_t writes = 0;
  while (true) {
    disk.FailWritesAfter(writes, ENOSPC);
    const absl::Status status = Migrate(*db, steps_);
    disk.Heal();
    if (status.ok()) break;
    EXPECT_EQ(ErrorReason(status), "STORE_UNAVAILABLE");
    ASSERT_EQ(Schema(*db), before) << "after " << writes << " writes";
    ++writes;
  }
  EXPECT_GT(writes, 2) << "nothing was tested";
  EXPECT_EQ(*db->QueryInt("PRAGMA user_version"), released() + 2);
}

TEST_F(MigrationPath, AFileOfTheFirstVersionKeepsItsLogAndTakesVectors) {
  const std::string log = *LogText(*OpenOrFail({.path = path_}));
  ASSERT_TRUE(Connect(path_)->Execute("DROP TABLE vectors; PRAGMA user_version = 1").ok());
  const auto store = OpenOrFail({.path = path_});
  EXPECT_EQ(*LogText(*store), log);
  ASSERT_TRUE(store->PutVectors({{"key", {1, 2}}}).ok());
  EXPECT_THAT(store->GetVectors({"key"})->vectors, testing::ElementsAre(testing::ElementsAre(1, 2)));
}

TEST_F(MigrationPath, AFileOfANewerAttunedIsRefusedByAnOlderOne) {
  steps_.push_back({"CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT"});
  ASSERT_TRUE(Migrate(*Connect(path_), steps_).ok());
  const std::string bytes = ReadWholeFile(path_);
  const absl::Status status = OpenSqliteStore({.path = path_}).status();
  EXPECT_EQ(ErrorReason(status), "STORE_TOO_NEW");
  EXPECT_EQ(ErrorMetadata(status, "version"), StrCat(released() + 1));
  EXPECT_EQ(ErrorMetadata(status, "known"), StrCat(released()));
  EXPECT_TRUE(ReadWholeFile(path_) == bytes);
}

}  // namespace
}  // namespace attune
