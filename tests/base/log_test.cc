#include "base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/fakes/fake_clock.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A log into a pipe that holds 4 KiB and is read when the test says so.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_EQ(fcntl(ends_[1], F_SETPIPE_SZ, 4096), 4096);
  }
  ~LogTest() override {
    log_.reset();
    CloseReader();
    close(ends_[1]);
  }
  void Open(LogOptions options = {}) { log_ = std::make_unique<Log>(ends_[1], clock_, options); }
  void CloseReader() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }
  std::string ReadLine() {
    std::string line;
    for (char c = 0; c != '\n' && read(ends_[0], &c, 1) == 1;) line += c;
    return line;
  }
  void WriteMany(int lines) {
    const std::string text(1000, 'x');
    for (int i = 0; i < lines; ++i) log_->Write("filler", {{"text", text}});
  }

  FakeClock clock_;
  int ends_[2] = {-1, -1};
  std::unique_ptr<Log> log_;
};

TEST_F(LogTest, WritesOneObjectALine) {
  Open();
  log_->Write("ask_failed", {{"reason", "PROVIDER_CUT"}, {"attempts", 3}, {"model", ""}, {"quoted", "a\"b\nc"}});
  log_->Write("other", {});
  EXPECT_EQ(ReadLine(),
            "{\"time\":\"2023-11-14T22:13:20.000000Z\",\"event\":\"ask_failed\",\"reason\":\"PROVIDER_CUT\","
            "\"attempts\":3,\"quoted\":\"a\\\"b\\nc\"}\n");
  EXPECT_EQ(ReadLine(), "{\"time\":\"2023-11-14T22:13:20.000000Z\",\"event\":\"other\"}\n");
}

// How many lost lines a line tells of.
int64_t Told(const std::string& line) {
  const std::string key = "\"dropped\":";
  const size_t at = line.find(key);
  return at == line.npos ? 0 : std::stoll(line.substr(at + key.size()));
}

TEST_F(LogTest, AReaderThatDoesNotReadHoldsNobodyUpAndTheNextLineTellsWhatIsLost) {
  Open({.max_lines = 3});
  WriteMany(50);
  const int64_t dropped = log_->dropped();
  EXPECT_GE(dropped, 50 - 3 - 4 - 1) << "three wait, the pipe has four at most, one is on its way";
  int64_t told = 0;
  for (int64_t i = 0; i < 50 - dropped; ++i) told += Told(ReadLine());
  EXPECT_EQ(told, dropped);
  log_->Write("later", {});
  EXPECT_EQ(Told(ReadLine()), 0) << "what is told once is not told again";
}

TEST_F(LogTest, EndsThoughNobodyReads) {
  Open({.max_lines = 100, .drain = absl::Milliseconds(1)});
  WriteMany(100);
  log_.reset();
  EXPECT_THAT(ReadLine(), StartsWith("{\"time\":"));
}

TEST_F(LogTest, WritesWhatWaitsBeforeItEnds) {
  Open({.drain = absl::Minutes(5)});
  std::vector<std::string> lines;
  std::thread reader([&] {
    for (std::string line = ReadLine(); line.find("last") == line.npos; line = ReadLine()) lines.push_back(line);
  });
  const std::string text(200, 'x');
  for (int i = 0; i < 500; ++i) log_->Write("many", {{"text", text}});
  log_->Write("last", {});
  log_.reset();
  reader.join();
  EXPECT_EQ(lines.size(), 500u);
}

TEST_F(LogTest, ALineThatIsTooLongIsLost) {
  Open();
  log_->Write("long", {{"text", std::string(kMaxLogLineBytes, 'x')}});
  log_->Write("short", {});
  EXPECT_THAT(ReadLine(), HasSubstr("\"event\":\"short\",\"dropped\":1}"));
}

TEST_F(LogTest, SurvivesAReaderThatGoesAway) {
  Open();
  CloseReader();
  log_->Write("lost", {});
  log_->Write("lost", {});
  while (log_->dropped() < 2) std::this_thread::yield();
}

}  // namespace
}  // namespace attune
