// Versions of a dataset that are no longer kept, as the users of the command line and of the server meet them.
#include <nlohmann/json.hpp>

#include "attune/v1/attune.pb.h"
#include "tests/end_to_end/cli_house.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

// The reason of the error that a command ends with.
std::string ReasonOf(const CommandResult& result) {
  const auto error = nlohmann::json::parse(result.err, nullptr, false);
  return error.is_object() ? error.value("reason", "none") : result.err;
}

TEST_F(Cli, OlderVersionsThanTheSettingKeepsAreRefusedEverywhere) {
  ImportFaq();
  const std::string pinned =
      Write("pinned.yaml",
            "name: pinned\nmessages:\n  - role: user\n    content: '{{input}}'\nfew_shot:\n  dataset: default@1\n");
  EXPECT_EQ(Attune({"prompt", "put", pinned}).exit_code, 0);
  const std::string question = "How many years of warranty do I get on Product X?";
  const auto answer = Json<v1::AskResponse>({"ask", "--prompt", "pinned", question});
  EXPECT_EQ(answer.provenance().dataset_version(), 1);
  Out({"dataset", "add", "default", "--input", "Do you ship to Norway?", "--output", "Yes, in five days."});
  EXPECT_THAT(Out({"dataset", "show", "default"}), Not(HasSubstr("kept")));
  EXPECT_THAT(Out({"dataset", "settings", "default", "--keep-versions", "2"}),
              HasSubstr("keeps the latest 2 versions (from 2 on)"));
  EXPECT_THAT(Out({"dataset", "show", "default"}), HasSubstr("kept         the latest 2 versions (from 2 on)"));
  EXPECT_THAT(Out({"dataset", "stats", "default"}), HasSubstr("from 2 on they are kept"));

  const std::string at = std::to_string(answer.provenance().revision());
  const std::vector<std::vector<std::string>> refused = {{"ask", "--prompt", "pinned", question},
                                                         {"ask", "--at-revision", at, question},
                                                         {"prompt", "render", "--prompt", "pinned", question},
                                                         {"prompt", "put", pinned},
                                                         {"dataset", "examples", "default@1"},
                                                         {"dataset", "search", "-d", "default@1", "warranty"},
                                                         {"dataset", "diff", "default", "1", "3"},
                                                         {"dataset", "rollback", "default", "1"},
                                                         {"dataset", "show", "default@1"},
                                                         {"dataset", "stats", "default@1"},
                                                         {"dataset", "export", "default@1"},
                                                         {"eval", "--dataset", "default@1"}};
  for (std::vector<std::string> words : refused) {
    words.push_back("--json");
    const CommandResult result = Attune(words);
    EXPECT_EQ(result.exit_code, 4) << words[0] << " " << words[1];
    EXPECT_EQ(ReasonOf(result), "VERSION_NOT_KEPT") << words[0] << " " << words[1];
  }
  const CommandResult told = Attune({"dataset", "examples", "default@1"});
  EXPECT_THAT(told.err, HasSubstr("version 1 of dataset 'default' is no longer kept: the oldest that is kept is 2"));
  EXPECT_THAT(Out({"dataset", "versions", "default"}), HasSubstr("105")) << "all are listed";
  EXPECT_THAT(Out({"dataset", "diff", "default", "2", "3"}), Not(HasSubstr("error")));
  EXPECT_EQ(Attune({"dataset", "rollback", "default", "2"}).exit_code, 0);
  EXPECT_THAT(Out({"ask", "-q", question}), HasSubstr("two-year"));
}

TEST_F(Cli, HowManyVersionsAreKeptIsChecked) {
  ImportFaq();
  const CommandResult refused = Attune({"dataset", "settings", "default", "--keep-versions", "-1"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("settings.keep_versions"));
  EXPECT_EQ(Attune({"dataset", "settings", "default", "--keep-versions", "2147483648"}).exit_code, 2);
  Out({"dataset", "settings", "default", "--keep-versions", "1"});
  EXPECT_THAT(Out({"dataset", "settings", "default", "--keep-versions", "0"}),
              HasSubstr("keeps all later versions (from 2 on)"));
}

}  // namespace
}  // namespace attune
