// A file that cannot be written, or cannot be a store at all, seen by callers and by who starts the server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "attune/v1/insights.grpc.pb.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/store/ordinary_user.h"

namespace attune {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

// No file of the process can be written any more: what a full disk does, and it works for root as well.
void FillDisk(pid_t pid, bool full) {
  rlimit limit{};
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, nullptr, &limit), 0);
  limit.rlim_cur = full ? 0 : limit.rlim_max;
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, &limit, nullptr), 0);
}

// The answer of the builtin provider: the nearest example's output; the error if there is one.
std::string Answer(v1::Attune::Stub& stub, const std::string& input) {
  v1::AskResponse response;
  const grpc::Status status = AskQuestion(stub, input, &response);
  return status.ok() ? response.text() : status.error_message();
}

int64_t LatestVersion(const std::string& address, const std::string& dataset) {
  const auto stub = Connect<v1::Catalog>(address);
  v1::GetDatasetRequest request;
  request.set_dataset(dataset);
  v1::Dataset latest;
  grpc::ClientContext context;
  return stub->GetDataset(&context, request, &latest).ok() ? latest.version() : -1;
}

grpc::Status ThumbUp(const std::string& address, const std::string& interaction) {
  const auto stub = Connect<v1::Attune>(address);
  v1::RecordFeedbackRequest request;
  request.set_interaction_id(interaction);
  request.mutable_feedback()->set_thumb(v1::UP);
  v1::RecordFeedbackResponse response;
  grpc::ClientContext context;
  SetDeadline(context, 60'000);
  return stub->RecordFeedback(&context, request, &response);
}

void ExpectStoreUnavailable(const grpc::Status& status, const std::string& path, const std::string& cause) {
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(InfoOf(status).reason(), "STORE_UNAVAILABLE");
  EXPECT_EQ(InfoOf(status).metadata().at("path"), path);
  EXPECT_THAT(InfoOf(status).metadata().at("cause"), HasSubstr(cause));
  EXPECT_THAT(status.error_message(), HasSubstr(cause));
}

TEST(FullDisk, FailsWritesAloneAndIsOverWhenThereIsRoom) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("attune.db");
  AttunedProcess server({"--data", path});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  v1::UpdateDatasetResponse update;
  ASSERT_TRUE(Upsert(*stub, "default", "When do you open?", "At nine.", &update).ok());

  FillDisk(server.pid(), true);
  for (int i = 0; i < 20; ++i) {
    ExpectStoreUnavailable(Upsert(*stub, "default", "When do you close?", "At five.", &update), path, "size limit");
  }
  v1::AskResponse asked;
  ASSERT_TRUE(AskQuestion(*stub, "When do you close?", &asked).ok());
  EXPECT_EQ(asked.text(), "At nine.") << "a write that failed is seen";
  EXPECT_EQ(LatestVersion(server.address(), "default"), 1);
  ExpectStoreUnavailable(ThumbUp(server.address(), asked.interaction_id()), path, "size limit");

  FillDisk(server.pid(), false);
  const grpc::Status again = Upsert(*stub, "default", "When do you close?", "At six.", &update);
  ASSERT_TRUE(again.ok()) << again.error_message();
  EXPECT_EQ(update.version(), 2);
  EXPECT_EQ(Answer(*stub, "When do you close?"), "At six.");
  // What was asked while the disk was full waited in memory and is in the log by now.
  const grpc::Status feedback = ThumbUp(server.address(), asked.interaction_id());
  EXPECT_TRUE(feedback.ok()) << feedback.error_message();
  EXPECT_EQ(server.Stop(SIGKILL), -SIGKILL);

  AttunedProcess restarted({"--data", path, "--full-integrity-check"});
  ASSERT_TRUE(restarted.running()) << restarted.output();
  EXPECT_EQ(LatestVersion(restarted.address(), "default"), 2);
  EXPECT_EQ(Answer(*Connect<v1::Attune>(restarted.address()), "When do you close?"), "At six.");
}

TEST(FullDisk, TheInteractionsThatWaitAreSeenInTheStatus) {
  const TemporaryDirectory directory;
  AttunedProcess server({"--data", directory.File("attune.db")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  v1::UpdateDatasetResponse update;
  ASSERT_TRUE(Upsert(*stub, "default", "When do you open?", "At nine.", &update).ok());
  FillDisk(server.pid(), true);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Answer(*stub, "When do you open?"), "At nine.");
  v1::GetStatusResponse status;
  grpc::ClientContext context;
  ASSERT_TRUE(Connect<v1::Insights>(server.address())->GetStatus(&context, {}, &status).ok());
  EXPECT_EQ(status.interactions_queued(), 50);
  EXPECT_EQ(status.interactions_dropped(), 0);
  EXPECT_EQ(status.asks_failed(), 0);
  EXPECT_EQ(server.Stop(SIGTERM), 0) << "a full disk keeps the server from stopping";
}

TEST(ReadOnlyFile, IsServedAndOnlyWritesFail) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("attune.db");
  {
    AttunedProcess server({"--data", path});
    ASSERT_TRUE(server.running()) << server.output();
    v1::UpdateDatasetResponse update;
    ASSERT_TRUE(Upsert(*Connect<v1::Attune>(server.address()), "default", "When?", "At nine.", &update).ok());
    ASSERT_EQ(server.Stop(SIGTERM), 0);
  }
  ASSERT_EQ(chmod(path.c_str(), 0444), 0);
  ASSERT_EQ(chmod(directory.path().c_str(), 0555), 0);
  {
    const OrdinaryUser user;
    if (!user.bound()) GTEST_SKIP() << "the user cannot be changed here, and root may write every file";
    AttunedProcess server({"--data", path});
    if (!server.running() && server.output().find("Permission denied") != std::string::npos) {
      GTEST_SKIP() << "the binaries are where only root may run them";
    }
    ASSERT_TRUE(server.running()) << server.output();
    EXPECT_THAT(server.output(), HasSubstr("(read-only)"));
    const auto stub = Connect<v1::Attune>(server.address());
    EXPECT_EQ(Answer(*stub, "When?"), "At nine.");
    v1::UpdateDatasetResponse update;
    ExpectStoreUnavailable(Upsert(*stub, "default", "When?", "At ten.", &update), path, "read-only");
    EXPECT_EQ(Answer(*stub, "When?"), "At nine.");
    EXPECT_EQ(server.Stop(SIGTERM), 0) << server.output();
  }
  ASSERT_EQ(chmod(directory.path().c_str(), 0755), 0);
}

TEST(SecondServer, OnTheSameFileIsRefusedAndTheFirstServesOn) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("attune.db");
  AttunedProcess first({"--data", path});
  ASSERT_TRUE(first.running()) << first.output();
  ASSERT_EQ(symlink(path.c_str(), directory.File("other-name.db").c_str()), 0);
  for (const std::string& name : {path, directory.File("other-name.db")}) {
    AttunedProcess second({"--data", name});
    ASSERT_FALSE(second.running());
    EXPECT_EQ(second.output(), "attuned: the store '" + path + "' is in use by another attuned with process id " +
                                   std::to_string(first.pid()) + "; stop that one or use another file\n");
    EXPECT_EQ(second.Stop(0), 1);
  }
  v1::UpdateDatasetResponse update;
  EXPECT_TRUE(Upsert(*Connect<v1::Attune>(first.address()), "default", "When?", "At nine.", &update).ok());
  EXPECT_EQ(first.Stop(SIGKILL), -SIGKILL);
  AttunedProcess next({"--data", path});
  EXPECT_TRUE(next.running()) << "a killed server keeps its lock: " << next.output();
}

struct BadFile {
  std::string name;
  std::function<void(std::string&)> spoil;  // the bytes of a store
  std::string says;
};

// Big-endian numbers of SQLite's header.
void SetHeader(std::string& bytes, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
}

TEST(UnusableFile, IsRefusedWithItsCauseAndLeftAsItIs) {
  const TemporaryDirectory directory;
  const std::string path = directory.File("attune.db");
  {
    AttunedProcess server({"--data", path});
    ASSERT_TRUE(server.running()) << server.output();
    ASSERT_EQ(server.Stop(SIGTERM), 0);
  }
  const auto read = [](const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string whole = read(path);
  const std::vector<BadFile> files = {
      {"garbage", [](std::string& bytes) { bytes.assign(8192, 'x'); }, "is damaged"},
      {"text", [](std::string& bytes) { bytes = "question,answer\nWhen?,At nine.\n"; }, "it is not a store"},
      {"half", [](std::string& bytes) { bytes.resize(bytes.size() / 2); }, "is damaged"},
      {"other program", [](std::string& bytes) { SetHeader(bytes, 68, 0x0f055112); }, "file of another program"},
      {"newer", [](std::string& bytes) { SetHeader(bytes, 60, 99); }, "has schema version 99"},
  };
  for (const BadFile& file : files) {
    SCOPED_TRACE(file.name);
    std::string bytes = whole;
    file.spoil(bytes);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    AttunedProcess server({"--data", path});
    ASSERT_FALSE(server.running());
    EXPECT_THAT(server.output(), testing::StartsWith("attuned: "));
    EXPECT_THAT(server.output(), HasSubstr(path));
    EXPECT_THAT(server.output(), HasSubstr(file.says));
    EXPECT_EQ(server.Stop(0), 1);
    EXPECT_TRUE(read(path) == bytes) << "the file was changed";
  }
}

TEST(UnusablePath, IsRefusedWithItsCause) {
  const TemporaryDirectory directory;
  struct Case {
    std::string path;
    std::string says;
    int exit_code;
  };
  const std::vector<Case> cases = {
      {directory.path(), "is a directory", 2},
      {"/dev/full", "is a device", 2},
      {"", "is empty", 2},
      {directory.File("nowhere/attune.db"), "No such file or directory", 1},
      {directory.File(std::string(300, 'x')), "File name too long", 1},
  };
  for (const Case& c : cases) {
    AttunedProcess server({"--data", c.path});
    ASSERT_FALSE(server.running()) << c.path;
    EXPECT_THAT(server.output(), HasSubstr(c.says));
    EXPECT_EQ(server.Stop(0), c.exit_code) << server.output();
  }
}

}  // namespace
}  // namespace attune
