// How good the built-in model is on a public set, as a user measures it. The sets are not part of the project (see
// data_folder.h): where this one is absent, cli_test's threshold on our own examples is what holds.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "attune/v1/evaluations.pb.h"
#include "tests/data_folder.h"
#include "tests/end_to_end/attuned_process.h"

namespace attune {
namespace {

using testing::HasSubstr;

TEST(Quality, FourOfFiveQuestionsOfBanking77GetTheRightIntent) {
  const std::string folder = DataFolder() + "/banking77";
  if (!std::filesystem::exists(folder + "/train.csv")) GTEST_SKIP() << "no " << folder << "/train.csv";
  AttunedProcess server({"--memory"});
  ASSERT_TRUE(server.running()) << server.output();
  const auto attune = [&server](std::vector<std::string> words) {
    words.insert(words.begin(), {ATTUNE_BIN_DIR "/attune", "--server", server.address()});
    return RunCommand(words);
  };
  const CommandResult imported = attune({"dataset", "import", folder + "/train.csv", "--output-as-label"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("10,003 added"));
  const CommandResult measured = attune({"eval", "--file", folder + "/test.csv", "--fail-under", "0.83", "--json"});
  EXPECT_EQ(measured.exit_code, 0) << measured.err;
  std::istringstream lines(measured.out);
  v1::EvaluateResponse last;
  for (std::string line; std::getline(lines, line);) {
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &last).ok()) << line;
  }
  ASSERT_EQ(last.report().candidates_size(), 1);
  const v1::Estimate& accuracy = last.report().candidates(0).estimates(0);
  EXPECT_EQ(accuracy.cases(), 3080);
  EXPECT_GE(accuracy.mean(), 0.85);
  EXPECT_LT(accuracy.low(), accuracy.mean());
  EXPECT_GT(accuracy.high(), accuracy.mean());
}

}  // namespace
}  // namespace attune
