// The real command line against a real server of its own, as its users run them.
#ifndef ATTUNE_TESTS_END_TO_END_CLI_HOUSE_H_
#define ATTUNE_TESTS_END_TO_END_CLI_HOUSE_H_

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "attune/v1/catalog.pb.h"
#include "tests/end_to_end/attuned_process.h"

namespace attune {

inline constexpr char kExamples[] = ATTUNE_SOURCE_DIR "/examples/";

class Cli : public testing::Test {
 protected:
  Cli() : server_({"--memory"}) { EXPECT_TRUE(server_.running()) << server_.output(); }

  CommandResult Attune(std::vector<std::string> words) {
    words.insert(words.begin(), {ATTUNE_BIN_DIR "/attune", "--server", server_.address()});
    return RunCommand(words);
  }
  // With text on stdin.
  CommandResult AttuneWithInput(const std::string& arguments, const std::string& input) {
    const std::string file = Write("stdin", input);
    return RunCommand(
        {"sh", "-c",
         std::string(ATTUNE_BIN_DIR "/attune --server ") + server_.address() + " " + arguments + " < " + file});
  }
  // Runs, expects success, and gives what was printed.
  std::string Out(std::vector<std::string> words) {
    const CommandResult result = Attune(words);
    EXPECT_EQ(result.exit_code, 0) << words[0] << ": " << result.err;
    return result.out;
  }
  template <typename Message>
  Message Json(std::vector<std::string> words) {
    words.push_back("--json");
    const std::string out = Out(words);
    Message message;
    const auto status = google::protobuf::util::JsonStringToMessage(out, &message);
    EXPECT_TRUE(status.ok()) << words[0] << ": " << status.ToString() << "\n" << out;
    return message;
  }
  void ImportFaq() {
    EXPECT_THAT(Out({"dataset", "import", std::string(kExamples) + "faq.json"}), testing::HasSubstr("105 added"));
  }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.File(name), std::ios::binary) << text;
    return directory_.File(name);
  }

  TemporaryDirectory directory_;
  AttunedProcess server_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_END_TO_END_CLI_HOUSE_H_
