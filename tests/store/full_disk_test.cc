// Writes that fail, at every point at which they can, and the store after them.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <functional>

#include "tests/store/faulty_disk.h"
#include "tests/store/sample_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

using testing::HasSubstr;

void ExpectUnavailable(const absl::Status& status, const std::string& cause) {
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(ErrorReason(status), "STORE_UNAVAILABLE");
  EXPECT_THAT(ErrorMetadata(status, "cause"), HasSubstr(cause));
  EXPECT_NE(ErrorMetadata(status, "path"), "");
}

struct Write {
  std::string name;
  std::function<absl::Status(Store&)> run;
};

void PrintTo(const Write& write, std::ostream* out) { *out << write.name; }

const std::string kLarge(20'000, 'x');

class FailedWrite : public testing::TestWithParam<Write> {};

INSTANTIATE_TEST_SUITE_P(
    All, FailedWrite,
    testing::Values(
        Write{"Catalog",
              [](Store& store) {
                return store.AppendCatalog({{13, "a"}, {14, kLarge}, {15, "b"}});
              }},
        Write{"Interactions",
              [](Store& store) {
                return store.AppendInteractions({{{"i200", 1, "faq", 3, kLarge}, {"i201", 2, "faq", 0, "b"}}});
              }},
        Write{"Feedback",
              [](Store& store) {
                return store.AppendFeedback({"f3", "i101", 3, kLarge});
              }},
        Write{"Evaluation",
              [](Store& store) {
                return store.PutEvaluation({"e1", 5, 3, kLarge});
              }},
        Write{"Results",
              [](Store& store) {
                return store.AppendResults("e1", 1, {"R1", kLarge, "r3"});
              }}),
    [](const testing::TestParamInfo<Write>& info) { return info.param.name; });

TEST_P(FailedWrite, LeavesMemoryAndDiskAsTheyWereWhereverItFails) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db"), copy = directory.File("copy.db");
  const auto store = OpenOrFail({.path = path});
  ASSERT_TRUE(FillStore(*store).ok());
  const std::string before = *StoreText(*store);
  FaultyDisk disk;
  int64_t writes = 0;
  while (true) {
    SCOPED_TRACE(StrCat("after ", writes, " writes"));
    disk.FailWritesAfter(writes, ENOSPC);
    const absl::Status status = GetParam().run(*store);
    disk.Heal();
    if (status.ok()) break;
    ExpectUnavailable(status, "full");
    ASSERT_EQ(*StoreText(*store), before);
    CopyStoreFiles(path, copy);
    ASSERT_EQ(*StoreText(*OpenOrFail({.path = copy, .full_integrity_check = true})), before);
    ++writes;
  }
  EXPECT_GT(writes, 5) << "nothing was tested";
  const std::string after = *StoreText(*store);
  EXPECT_NE(after, before);
  CopyStoreFiles(path, copy);
  EXPECT_EQ(*StoreText(*OpenOrFail({.path = copy, .full_integrity_check = true})), after);
}

TEST_P(FailedWrite, TellsAnIoErrorFromAFullDisk) {
  const ScratchDirectory directory;
  const auto store = OpenOrFail({.path = directory.File("store.db")});
  ASSERT_TRUE(FillStore(*store).ok());
  FaultyDisk disk;
  disk.FailWritesAfter(0, EIO);
  ExpectUnavailable(GetParam().run(*store), "Input/output error");
  disk.FailWritesAfter(0, EROFS);
  ExpectUnavailable(GetParam().run(*store), "Read-only file system");
  disk.Heal();
  const absl::Status healed = GetParam().run(*store);
  EXPECT_TRUE(healed.ok()) << healed;
}

TEST(FullDisk, ASyncThatFailsFailsTheCommit) {
  const ScratchDirectory directory;
  const auto store = OpenOrFail({.path = directory.File("store.db")});
  ASSERT_TRUE(FillStore(*store).ok());
  const std::string before = *StoreText(*store);
  FaultyDisk disk;
  disk.FailSyncs(EIO);
  ExpectUnavailable(store->AppendCatalog({{13, "lost"}}), "Input/output error");
  ExpectUnavailable(store->AppendFeedback({"f3", "i101", 3, "lost"}), "Input/output error");
  ExpectUnavailable(store->PutEvaluation({"e1", 5, 3, "lost"}), "Input/output error");
  EXPECT_EQ(*StoreText(*store), before);
  disk.Heal();
  EXPECT_TRUE(store->AppendCatalog({{13, "kept"}}).ok());
}

// Files of this process end at `bytes` while it lives.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &was_);
    const rlimit limit{bytes, was_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~SizeLimit() {
    setrlimit(RLIMIT_FSIZE, &was_);
    signal(SIGXFSZ, handler_);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  const sighandler_t handler_;
  rlimit was_{};
};

// Appends until the store takes no more: the status that ended it.
absl::Status AppendUntilFull(Store& store, int64_t& revision) {
  const std::string payload(50'000, 'p');
  absl::Status status;
  while (status.ok() && revision < 1000) {
    status = store.AppendCatalog({{revision + 1, payload}});
    if (status.ok()) ++revision;
  }
  return status;
}

int64_t CountLog(Store& store) {
  int64_t count = 0;
  const absl::Status status = store.ReplayCatalog(0, [&](const LogRecord&) {
    ++count;
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return count;
}

TEST(FullDisk, AFileAtTheProcessesLimitIsReadAndIsWrittenAgainWhenTheLimitIsLifted) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  auto store = OpenOrFail({.path = path});
  int64_t revision = 0;
  {
    const SizeLimit limit(6'000'000);  // the WAL is moved to the file before it has that much, the file is not
    ExpectUnavailable(AppendUntilFull(*store, revision), "limit");
    EXPECT_GT(revision, 100);
    EXPECT_EQ(CountLog(*store), revision);
    ExpectUnavailable(store->AppendCatalog({{revision + 1, std::string(50'000, 'p')}}), "limit");
  }
  EXPECT_TRUE(store->AppendCatalog({{revision + 1, "room again"}}).ok());
  EXPECT_TRUE(store->AppendInteractions({{{"i", 1, "", 0, ""}}}).ok());
  store.reset();
  store = OpenOrFail({.path = path, .full_integrity_check = true});
  EXPECT_EQ(CountLog(*store), revision + 1);
}

TEST(FullDisk, AStoreAtItsOwnLimitIsReadAndIsWrittenAgainWithAHigherOne) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  auto store = OpenOrFail({.path = path, .max_bytes = 1'000'000});
  int64_t revision = 0;
  ExpectUnavailable(AppendUntilFull(*store, revision), "the space the file may take, is full");
  EXPECT_GT(revision, 10);
  EXPECT_LT(revision, 21);
  ExpectUnavailable(store->AppendInteractions({{{"i", 1, "", 0, std::string(50'000, 'p')}}}), "full");
  EXPECT_EQ(CountLog(*store), revision);
  store.reset();
  EXPECT_LE(std::filesystem::file_size(path), 1'000'000u);
  store = OpenOrFail({.path = path, .max_bytes = 2'000'000});
  EXPECT_EQ(CountLog(*store), revision);
  EXPECT_TRUE(store->AppendCatalog({{revision + 1, std::string(50'000, 'p')}}).ok());
}

TEST(FullDisk, AStoreThatCannotBeMadeLeavesNothingInTheWay) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  FaultyDisk disk;
  int64_t writes = 0;
  while (true) {
    disk.FailWritesAfter(writes, ENOSPC);
    const auto store = OpenSqliteStore({.path = path});
    disk.Heal();
    if (store.ok()) break;
    ExpectUnavailable(store.status(), "");
    ++writes;
  }
  EXPECT_GT(writes, 2) << "nothing was tested";
  const auto store = OpenOrFail({.path = path, .full_integrity_check = true});
  EXPECT_TRUE(FillStore(*store).ok());
}

}  // namespace
}  // namespace attune
