// The command line about which examples are shown and why: explanations, statistics, what happens below a coverage.
#include "tests/end_to_end/cli_house.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Cli, ASearchTellsWhichWordsMadeItsScores) {
  ImportFaq();
  const std::string plain = Out({"dataset", "search", "warranty of Product X"});
  EXPECT_THAT(plain, Not(HasSubstr("BY")));
  const std::string explained = Out({"dataset", "search", "--explain", "warranty of Product X"});
  EXPECT_THAT(explained, HasSubstr("BY"));
  EXPECT_THAT(explained, testing::ContainsRegex("warranty [0-9]+ %"));
  const auto found = Json<v1::SearchExamplesResponse>({"dataset", "search", "-x", "warranty"});
  ASSERT_FALSE(found.examples().empty());
  EXPECT_EQ(found.examples(0).words(0).word(), "warranty");
}

TEST_F(Cli, StatsTellWhatADatasetHas) {
  ImportFaq();
  Out({"dataset", "add", "--input", "What is the warranty period of Product X?", "--output", "A.", "--test"});
  Out({"dataset", "add", "--input", "Q?", "--output", "A.", "--label", "odd", "--id", "q"});
  const std::string stats = Out({"dataset", "stats"});
  EXPECT_THAT(stats, HasSubstr("default@3\nexamples         107 (106 for training, 1 for testing)\n"));
  EXPECT_THAT(stats, HasSubstr("of all 107)"));
  EXPECT_THAT(stats, testing::ContainsRegex("LABEL +EXAMPLES +SHARE"));
  EXPECT_THAT(stats, testing::ContainsRegex("odd +1 +0.9 %"));
  EXPECT_THAT(stats, HasSubstr("CHARACTERS OF INPUT"));
  EXPECT_THAT(stats, HasSubstr("COVERAGE OF TEST"));
  EXPECT_THAT(stats, Not(HasSubstr("█"))) << "bars are for terminals";
  const auto json = Json<v1::DatasetStats>({"dataset", "stats", "default@1"});
  EXPECT_EQ(json.examples(), 105);
  EXPECT_EQ(json.versions(), 3);
  EXPECT_EQ(Attune({"dataset", "stats", "nowhere"}).exit_code, 4);
}

TEST_F(Cli, APromptSaysWhatHappensToAQuestionThatNothingCovers) {
  ImportFaq();
  const std::string begin =
      "name: shop\nuser: '{{input}}'\nfew_shot: {dataset: default, low_coverage: {below: 0.3, then: ";
  Out({"prompt", "put", Write("text.yaml", begin + "fixed_text, text: Please call us.}}\n")});
  const CommandResult answered = Attune({"ask", "-p", "shop", "zebra"});
  EXPECT_EQ(answered.out, "Please call us.\n");
  EXPECT_THAT(answered.err, HasSubstr("no model was asked"));
  EXPECT_EQ(Out({"ask", "-q", "-s", "-p", "shop", "zebra"}), "Please call us.\n");
  const CommandResult rendered = Attune({"prompt", "render", "-p", "shop", "zebra"});
  EXPECT_THAT(rendered.out, HasSubstr("Please call us."));
  EXPECT_THAT(rendered.err, HasSubstr("below what the prompt wants"));
  EXPECT_THAT(Out({"prompt", "show", "shop"}), HasSubstr("then: fixed_text"));
  Out({"prompt", "put", Write("refuse.yaml", begin + "refuse}}\n")});
  const CommandResult refused = Attune({"ask", "-p", "shop", "zebra", "--json"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("LOW_COVERAGE"));
}

}  // namespace
}  // namespace attune
