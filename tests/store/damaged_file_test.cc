// Files that are damaged, foreign or too new: refused or found out, never believed and never changed.
#include <gmock/gmock.h>

#include <functional>

#include "store/sqlite_handle.h"
#include "tests/store/sample_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

using testing::HasSubstr;

// Places in the header of every SQLite file.
constexpr size_t kUserVersion = 60;
constexpr size_t kApplicationId = 68;
constexpr size_t kPage = 4096;

void SetHeader(std::string& bytes, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

class DamagedFile : public testing::Test {
 protected:
  DamagedFile() {
    {
      const auto store = OpenOrFail({.path = path_});
      EXPECT_TRUE(FillStore(*store).ok());
      text_ = *StoreText(*store);
    }
    whole_ = ReadWholeFile(path_);
  }

  // Opens the file with these bytes and reads all of it.
  absl::StatusOr<std::string> Read(const std::string& bytes, bool full_check) {
    WriteWholeFile(path_, bytes);
    ATTUNE_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                            OpenSqliteStore({.path = path_, .full_integrity_check = full_check}));
    return full_check ? StoreText(*store) : LogText(*store);
  }

  ScratchDirectory directory_;
  std::string path_ = directory_.File("store.db");
  std::string text_;   // of the whole file
  std::string whole_;  // its bytes
};

struct Damage {
  std::string name;
  std::function<void(std::string&)> spoil;
  absl::StatusCode code;
  std::string reason;
  std::string says;
};

TEST_F(DamagedFile, IsRefusedWithItsCauseAndLeftAsItIs) {
  const std::vector<Damage> damages = {
      {"header of garbage", [](std::string& b) { b.replace(0, 16, 16, '?'); }, absl::StatusCode::kDataLoss,
       "STORE_CORRUPT", "its first bytes are lost"},
      {"all garbage", [](std::string& b) { b.assign(b.size(), '\xa5'); }, absl::StatusCode::kDataLoss, "STORE_CORRUPT",
       "it is not a store"},
      {"text", [](std::string& b) { b = "question,answer\n"; }, absl::StatusCode::kDataLoss, "STORE_CORRUPT",
       "it is not a store"},
      {"header alone", [](std::string& b) { b.resize(100); }, absl::StatusCode::kDataLoss, "STORE_CORRUPT", "damaged"},
      {"one page", [](std::string& b) { b.resize(kPage); }, absl::StatusCode::kDataLoss, "STORE_CORRUPT", "damaged"},
      {"last page cut off", [](std::string& b) { b.resize(b.size() - kPage); }, absl::StatusCode::kDataLoss,
       "STORE_CORRUPT", "damaged"},
      {"a page of zeros", [](std::string& b) { b.replace(kPage, kPage, kPage, '\0'); }, absl::StatusCode::kDataLoss,
       "STORE_CORRUPT", "damaged"},
      {"a page turned over",
       [](std::string& b) {
         for (size_t i = kPage; i < 2 * kPage; ++i) b[i] = static_cast<char>(~b[i]);
       },
       absl::StatusCode::kDataLoss, "STORE_CORRUPT", "damaged"},
      {"another application", [](std::string& b) { SetHeader(b, kApplicationId, 0x47504b47); },
       absl::StatusCode::kFailedPrecondition, "NOT_A_STORE", "another program"},
      {"no application", [](std::string& b) { SetHeader(b, kApplicationId, 0); }, absl::StatusCode::kFailedPrecondition,
       "NOT_A_STORE", "another program"},
      {"a newer schema", [](std::string& b) { SetHeader(b, kUserVersion, 1000); },
       absl::StatusCode::kFailedPrecondition, "STORE_TOO_NEW", "schema version 1000"},
      {"a negative schema", [](std::string& b) { SetHeader(b, kUserVersion, 0xffffffff); },
       absl::StatusCode::kFailedPrecondition, "STORE_TOO_NEW", "schema version -1"},
  };
  for (const Damage& damage : damages) {
    SCOPED_TRACE(damage.name);
    std::string bytes = whole_;
    damage.spoil(bytes);
    const absl::Status status = Read(bytes, false).status();
    EXPECT_EQ(status.code(), damage.code) << status;
    EXPECT_EQ(ErrorReason(status), damage.reason);
    EXPECT_EQ(ErrorMetadata(status, "path"), path_);
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
    EXPECT_THAT(std::string(status.message()), HasSubstr(damage.says));
    EXPECT_TRUE(ReadWholeFile(path_) == bytes) << "the file was changed";
  }
}

TEST_F(DamagedFile, IsUsableAgainWhenItIsRestored) {
  ASSERT_FALSE(Read(std::string(5000, '?'), false).ok());
  EXPECT_EQ(*Read(whole_, true), text_);
}

// Whatever byte is wrong: an error, or what was written. Nothing else, and no crash.
TEST_F(DamagedFile, NoWrongByteIsBelieved) {
  const std::string log = *Read(whole_, false);
  int found = 0;
  for (size_t at = 0; at < whole_.size(); at += at < 100 ? 3 : 211) {
    for (const bool full_check : {false, true}) {
      std::string bytes = whole_;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
      const absl::StatusOr<std::string> read = Read(bytes, full_check);
      if (read.ok()) {
        ASSERT_TRUE(*read == (full_check ? text_ : log)) << "byte " << at << (full_check ? ", full check" : "");
      } else {
        ++found;
        EXPECT_NE(ErrorReason(read.status()), "") << read.status();
      }
    }
  }
  EXPECT_GT(found, 100) << "nothing was tested";
}

TEST_F(DamagedFile, ADamagedVectorIsCountedNotGivenAndCanBeWrittenAgain) {
  {
    auto db = SqliteConnection::Open(path_, SqliteConnection::Mode::kReadWrite);
    ASSERT_TRUE((*db)->Execute("UPDATE vectors SET numbers = x'0000003f0000803f' WHERE key = x'7630'").ok());
  }
  const auto store = OpenOrFail({.path = path_});
  const auto found = store->GetVectors({"v0", "v1"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->damaged, 1);
  EXPECT_TRUE(found->vectors[0].empty());
  EXPECT_EQ(found->vectors[1].size(), 2000U);
  ASSERT_TRUE(store->PutVectors({{"v0", {0.5F, -1}}}).ok());
  EXPECT_EQ(store->GetVectors({"v0"})->damaged, 0);
  EXPECT_EQ(*StoreText(*store), text_);
}

TEST_F(DamagedFile, NoFileThatWasCutIsBelieved) {
  const std::string log = *Read(whole_, false);
  // SQLite takes a file of no byte or one for an empty one.
  for (size_t size = 2; size < whole_.size(); size += size < 600 ? 29 : 1021) {
    const absl::StatusOr<std::string> read = Read(whole_.substr(0, size), false);
    EXPECT_TRUE(!read.ok() || *read == log) << "cut to " << size;
    if (whole_.size() - size < kPage) continue;
    EXPECT_EQ(ErrorReason(read.status()), "STORE_CORRUPT") << "cut to " << size;
  }
}

// A WAL ends at its first frame that is not whole: what is given then is what was committed before it.
TEST_F(DamagedFile, ADamagedWalGivesACommitThatWasWhole) {
  WriteWholeFile(path_, whole_);
  const std::string copy = directory_.File("copy.db");
  std::vector<std::string> states;
  {
    const auto store = OpenOrFail({.path = path_});
    states.push_back(*LogText(*store));
    for (int64_t revision = 13; revision < 18; ++revision) {
      ASSERT_TRUE(store->AppendCatalog({{revision, StrCat("commit ", revision)}}).ok());
      states.push_back(*LogText(*store));
    }
    CopyStoreFiles(path_, copy);
  }
  const std::string file = ReadWholeFile(copy), wal = ReadWholeFile(copy + "-wal");
  ASSERT_GT(wal.size(), 5 * kPage);
  for (size_t at = 0; at < wal.size(); at += 97) {
    std::string bytes = wal;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
    WriteWholeFile(copy, file);
    WriteWholeFile(copy + "-wal", bytes);
    const auto store = OpenSqliteStore({.path = copy});
    if (!store.ok()) continue;
    EXPECT_THAT(states, testing::Contains(*LogText(**store))) << "byte " << at;
  }
}

}  // namespace
}  // namespace attune
