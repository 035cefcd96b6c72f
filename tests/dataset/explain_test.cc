#include "dataset/explain.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

std::string Words(const std::vector<WordShare>& words) {
  std::string text;
  double sum = 0;
  for (const WordShare& word : words) {
    StrAppend(&text, text.empty() ? "" : " ", word.word, "=", std::lround(word.share * 100));
    sum += word.share;
  }
  EXPECT_NEAR(sum, words.empty() ? 0 : 1, 1e-9);
  return text;
}

std::string Explain(const std::vector<Example>& examples, const char* question, size_t index = 0) {
  const DatasetPtr dataset = DatasetOf(examples);
  return Words(ScoreExplainer(*dataset, dataset->latest(), question).Explain(examples[index].input));
}

TEST(Explain, TellsTheWordsThatTheExampleShares) {
  const std::vector<Example> examples = {MakeExample("a", "Lost card"), MakeExample("b", "card"),
                                         MakeExample("c", "card box"), MakeExample("d", "other")};
  EXPECT_EQ(Explain(examples, "card", 1), "card=100");
  EXPECT_EQ(Explain(examples, "zebra", 1), "");
  EXPECT_EQ(Explain(examples, "", 1), "");
  EXPECT_EQ(Explain(examples, "zebra CARD", 1), "card=100");
  // The rarer word tells more.
  const std::string both = Explain(examples, "my card is lost", 0);
  EXPECT_EQ(both.substr(0, 5), "lost=") << both;
  EXPECT_NE(both.find(" card="), std::string::npos) << both;
}

TEST(Explain, ATypoStillSharesPiecesOfTheWord) {
  const std::vector<Example> examples = {MakeExample("a", "wheelchair assistance"), MakeExample("b", "refund")};
  const std::string words = Explain(examples, "weelchair", 0);
  EXPECT_EQ(words, "weelchair=100");
}

TEST(Explain, ATermOfSeveralWordsCountsForEachAlike) {
  // The examples know the beginning of both words only.
  const std::vector<Example> examples = {MakeExample("a", "transfer"), MakeExample("b", "refund")};
  EXPECT_EQ(Explain(examples, "transport transplant", 0), "transport=50 transplant=50");
  EXPECT_EQ(Explain(examples, "transport transport", 0), "transport=100");
}

TEST(Explain, OfScriptsWithoutSpacesItTellsPairsOfCharacters) {
  const std::vector<Example> examples = {MakeExample("a", "\xE9\x93\xB6\xE8\xA1\x8C\xE5\x8D\xA1"),
                                         MakeExample("b", "x")};
  // "my bank card was lost", of which the example has "bank card".
  const std::string words =
      Explain(examples, "\xE6\x88\x91\xE7\x9A\x84\xE9\x93\xB6\xE8\xA1\x8C\xE5\x8D\xA1\xE4\xB8\xA2\xE4\xBA\x86", 0);
  EXPECT_NE(words.find("\xE9\x93\xB6\xE8\xA1\x8C=50"), std::string::npos) << words;
  EXPECT_NE(words.find("\xE8\xA1\x8C\xE5\x8D\xA1=50"), std::string::npos) << words;
}

TEST(Explain, AnOldVersionHasItsOwnNumbers) {
  std::vector<Example> examples = {MakeExample("a", "lost card"), MakeExample("b", "lost bag")};
  const DatasetPtr before = DatasetOf(examples);
  const auto words = [&](const DatasetPtr& dataset) {
    return Words(ScoreExplainer(*dataset, 1, "lost card").Explain(examples[0].input));
  };
  const std::string then = words(before);
  DatasetDelta delta;
  for (int i = 0; i < 20; ++i) delta.upserts.push_back(Share(MakeExample(StrCat("c", i), "card")));
  const DatasetPtr after = ApplyNext(before, delta);
  EXPECT_EQ(words(after), then);
  EXPECT_NE(Words(ScoreExplainer(*after, 2, "lost card").Explain(examples[0].input)), then);
}

}  // namespace
}  // namespace attune
