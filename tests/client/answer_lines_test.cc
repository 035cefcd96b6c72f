#include "client/cli/answer_lines.h"

#include <gtest/gtest.h>

#include "client/cli/describe.h"

namespace attune {
namespace {

v1::ScoredExample& Add(v1::SearchExamplesResponse& response, const std::string& id, double score) {
  v1::ScoredExample& added = *response.add_examples();
  added.mutable_example()->set_id(id);
  added.mutable_example()->set_input("in");
  added.mutable_example()->set_output("out");
  added.set_score(score);
  added.set_coverage(0.5);
  return added;
}

void AddRank(v1::RankPart& part, int32_t rank, double score) {
  part.set_rank(rank);
  part.set_score(score);
}

TEST(ExampleTable, ShowsScoresAndNothingElseUnlessItIsExplained) {
  v1::SearchExamplesResponse response;
  Add(response, "a", 12.345);
  EXPECT_EQ(ExampleTable(response.examples()).Format(0),
            "SCORE  COVERAGE  ID  INPUT  OUTPUT\n"
            "12.35      0.50  a   in     out\n");
}

TEST(ExampleTable, ShowsTheWordsOfALexicalScore) {
  v1::SearchExamplesResponse response;
  v1::ScoredExample& first = Add(response, "a", 12.345);
  AddRank(*first.mutable_lexical(), 1, 12.345);
  v1::WordShare& word = *first.add_words();
  word.set_word("card");
  word.set_share(0.75);
  EXPECT_EQ(ExampleTable(response.examples()).Format(0),
            "SCORE  COVERAGE  ID  BY         INPUT  OUTPUT\n"
            "12.35      0.50  a   card 75 %  in     out\n");
}

TEST(ExampleTable, ShowsRankAndScoreOfBothPartsOfAHybridOne) {
  v1::SearchExamplesResponse response;
  v1::ScoredExample& both = Add(response, "both", 1 / 61.0 + 1 / 62.0);
  AddRank(*both.mutable_lexical(), 2, 12.345);
  AddRank(*both.mutable_semantic(), 1, 0.87654);
  AddRank(*Add(response, "meaning", 1 / 63.0).mutable_semantic(), 3, 0.5);
  EXPECT_EQ(ExampleTable(response.examples()).Format(0),
            " SCORE  COVERAGE  ID       LEXICAL   SEMANTIC   INPUT  OUTPUT\n"
            "0.0325      0.50  both     #2 12.35  #1 0.8765  in     out\n"
            "0.0159      0.50  meaning  -         #3 0.5000  in     out\n");
}

TEST(DescribeEmbedding, SaysThatTheIndexWarms) {
  v1::Dataset dataset;
  dataset.set_train_examples(1'000'000);
  dataset.mutable_settings()->mutable_embedding()->set_model("openai/small");
  dataset.mutable_embedding()->set_state(v1::EMBEDDED);
  dataset.mutable_embedding()->set_embedded(1'000'000);
  EXPECT_EQ(DescribeEmbedding(dataset), "openai/small: 1,000,000 of 1,000,000 examples, done");
  dataset.mutable_embedding()->set_to_link(250'000);
  EXPECT_EQ(DescribeEmbedding(dataset),
            "openai/small: 1,000,000 of 1,000,000 examples, done, index warming: 250,000 vectors to link");
}

}  // namespace
}  // namespace attune
