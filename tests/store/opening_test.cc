// Who may open which path: one process a store, and no file that is none.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/ordinary_user.h"
#include "tests/store/sample_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

using testing::HasSubstr;

// Opens the store in another process, which says "1" and holds it until it is killed, or "0" if it could not.
class OtherProcess {
 public:
  explicit OtherProcess(const std::string& path) {
    int fds[2];
    if (pipe(fds) != 0) return;
    pid_ = fork();
    if (pid_ == 0) Hold(path, fds[1]);
    close(fds[1]);
    char answer = 0;
    holds_ = read(fds[0], &answer, 1) == 1 && answer == '1';
    close(fds[0]);
  }
  ~OtherProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  bool holds() const { return holds_; }
  pid_t pid() const { return pid_; }

 private:
  [[noreturn]] static void Hold(const std::string& path, int fd) {
    const auto store = OpenSqliteStore({.path = path});
    if (write(fd, store.ok() ? "1" : "0", 1) != 1 || !store.ok()) _exit(1);
    while (true) pause();
  }

  pid_t pid_ = -1;
  bool holds_ = false;
};

void ExpectInUse(const absl::Status& status, pid_t pid) {
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(ErrorReason(status), "STORE_IN_USE");
  EXPECT_EQ(ErrorMetadata(status, "pid"), StrCat(pid));
  EXPECT_THAT(std::string(status.message()), HasSubstr(StrCat("process id ", pid)));
}

TEST(SecondOpener, InTheSameProcessIsRefused) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  auto store = OpenOrFail({.path = path});
  ExpectInUse(OpenSqliteStore({.path = path}).status(), getpid());
  ExpectInUse(OpenSqliteStore({.path = directory.File("./nowhere/../store.db")}).status(), getpid());
  ASSERT_EQ(symlink(path.c_str(), directory.File("link.db").c_str()), 0);
  ExpectInUse(OpenSqliteStore({.path = directory.File("link.db")}).status(), getpid());
  EXPECT_TRUE(FillStore(*store).ok()) << "the first one is disturbed";
  store.reset();
  EXPECT_NE(OpenOrFail({.path = directory.File("link.db")}), nullptr);
}

TEST(SecondOpener, InAnotherProcessIsRefused) {
  const ScratchDirectory directory;
  const auto store = OpenOrFail({.path = directory.File("store.db")});
  EXPECT_FALSE(OtherProcess(directory.File("store.db")).holds());
  EXPECT_TRUE(FillStore(*store).ok());
}

TEST(SecondOpener, IsToldWhoHoldsItAndGetsItWhenThatProcessIsKilled) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  {
    const OtherProcess other(path);
    ASSERT_TRUE(other.holds());
    ExpectInUse(OpenSqliteStore({.path = path}).status(), other.pid());
  }
  const auto store = OpenOrFail({.path = path});
  EXPECT_TRUE(FillStore(*store).ok());
}

TEST(SecondOpener, ARefusedOrFailedOpeningHoldsNothing) {
  const ScratchDirectory directory;
  const std::string path = directory.File("store.db");
  WriteWholeFile(path, "garbage");
  ASSERT_EQ(ErrorReason(OpenSqliteStore({.path = path}).status()), "STORE_CORRUPT");
  ASSERT_TRUE(std::filesystem::remove(path));
  EXPECT_NE(OpenOrFail({.path = path}), nullptr);
}

TEST(LockFile, AnotherProgramsFileOfThatNameKeepsItsContent) {
  const ScratchDirectory directory;
  WriteWholeFile(directory.File("Cargo.lock"), "# made by another program\n");
  {
    const auto store = OpenOrFail({.path = directory.File("Cargo")});
    EXPECT_EQ(ErrorReason(OpenSqliteStore({.path = directory.File("Cargo")}).status()), "STORE_IN_USE");
  }
  EXPECT_EQ(ReadWholeFile(directory.File("Cargo.lock")), "# made by another program\n");
}

struct BadPath {
  std::string path;  // in a directory that has the file "file" and the directories "folder", "a.lock" and "b-wal"
  absl::StatusCode code;
  std::string reason;
  std::string says;
};

TEST(UnusablePath, IsRefusedWithItsCause) {
  const ScratchDirectory directory;
  WriteWholeFile(directory.File("file"), "");
  for (const char* name : {"folder", "a.lock", "b-wal"}) std::filesystem::create_directory(directory.File(name));
  ASSERT_EQ(mkfifo(directory.File("pipe").c_str(), 0600), 0);
  ASSERT_EQ(symlink("loop", directory.File("loop").c_str()), 0);
  const auto bad = absl::StatusCode::kInvalidArgument, unavailable = absl::StatusCode::kUnavailable;
  const std::vector<BadPath> paths = {
      {directory.File("folder"), bad, "BAD_STORE_PATH", "is a directory"},
      {directory.File("pipe"), bad, "BAD_STORE_PATH", "is a device, pipe or socket"},
      {"/dev/full", bad, "BAD_STORE_PATH", "is a device, pipe or socket"},
      {"", bad, "BAD_STORE_PATH", "is empty"},
      {directory.File("nowhere/store.db"), unavailable, "STORE_UNAVAILABLE", "No such file or directory"},
      {directory.File("file/store.db"), unavailable, "STORE_UNAVAILABLE", "Not a directory"},
      {directory.File("loop"), unavailable, "STORE_UNAVAILABLE", "Too many levels of symbolic links"},
      {directory.File(std::string(300, 'x')), unavailable, "STORE_UNAVAILABLE", "File name too long"},
      {directory.File("a"), unavailable, "STORE_UNAVAILABLE", "Is a directory"},
      {directory.File("b"), unavailable, "STORE_UNAVAILABLE", "Is a directory"},
  };
  for (const BadPath& c : paths) {
    const absl::Status status = OpenSqliteStore({.path = c.path}).status();
    EXPECT_EQ(status.code(), c.code) << c.path << ": " << status;
    EXPECT_EQ(ErrorReason(status), c.reason) << c.path;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.says)) << c.path;
  }
  EXPECT_FALSE(std::filesystem::exists("/dev/full.lock"));
}

struct Rights {
  std::string name;
  mode_t file;
  mode_t directory;
  bool killed;  // the last one to write left a WAL
};

TEST(ReadOnly, IsReadAndEveryWriteFails) {
  const std::vector<Rights> all = {{"file", 0444, 0777, false},
                                   {"directory", 0666, 0555, false},
                                   {"both", 0444, 0555, false},
                                   {"both, with a WAL", 0444, 0555, true}};
  for (const Rights& rights : all) {
    SCOPED_TRACE(rights.name);
    const ScratchDirectory directory;
    const std::string path = directory.File("store.db");
    std::string text;
    {
      const auto store = OpenOrFail({.path = directory.File("first.db")});
      ASSERT_TRUE(FillStore(*store).ok());
      text = *StoreText(*store);
      if (rights.killed) {
        CopyStoreFiles(directory.File("first.db"), path);
        std::filesystem::copy_file(directory.File("first.db-shm"), path + "-shm");
      }
    }
    if (!rights.killed) CopyStoreFiles(directory.File("first.db"), path);
    if (rights.killed) {
      ASSERT_EQ(chmod((path + "-wal").c_str(), rights.file), 0);
      ASSERT_EQ(chmod((path + "-shm").c_str(), rights.file), 0);
    }
    ASSERT_EQ(chmod(path.c_str(), rights.file), 0);
    ASSERT_EQ(chmod(directory.path().c_str(), rights.directory), 0);
    {
      const OrdinaryUser user;
      if (!user.bound()) GTEST_SKIP() << "the user cannot be changed here, and root may write every file";
      const auto store = OpenOrFail({.path = path});
      ASSERT_NE(store, nullptr);
      EXPECT_EQ(*StoreText(*store), text);
      EXPECT_THAT(store->Describe(), HasSubstr("(read-only)"));
      const std::vector<absl::Status> writes = {
          store->AppendCatalog({{13, "a"}}), store->AppendInteractions({{{"i", 1, "", 0, ""}}}),
          store->AppendFeedback({"f", "i", 1, ""}), store->PutEvaluation({"e", 1, 1, ""}),
          store->AppendResults("e", 0, {"r"})};
      for (const absl::Status& status : writes) {
        EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
        EXPECT_EQ(ErrorMetadata(status, "cause"), "the file is read-only");
      }
      EXPECT_EQ(*StoreText(*store), text);
    }
    ASSERT_EQ(chmod(directory.path().c_str(), 0700), 0);
  }
}

TEST(ReadOnly, ANewStoreIsNotMadeWhereNothingMayBeWritten) {
  const ScratchDirectory directory;
  ASSERT_EQ(chmod(directory.path().c_str(), 0555), 0);
  const OrdinaryUser user;
  if (!user.bound()) GTEST_SKIP() << "the user cannot be changed here, and root may write every file";
  const absl::Status status = OpenSqliteStore({.path = directory.File("store.db")}).status();
  EXPECT_EQ(ErrorReason(status), "STORE_UNAVAILABLE") << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace attune
