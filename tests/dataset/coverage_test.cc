// How well a dataset covers a question, and what makes that comparable between datasets.
#include "dataset/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataset/row.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

Example Labelled(std::string id, std::string input, std::vector<std::string> labels) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.labels = std::move(labels);
  return example;
}

double CoverageAt(const DatasetPtr& dataset, int64_t version, const char* question) {
  return SelectExamples({dataset, version}, {}, question, nullptr)->coverage;
}

// Of rows that have these labels and scores.
struct AgreementCase {
  const char* name;
  std::vector<std::pair<std::vector<std::string>, double>> rows;
  double agreement;
};

TEST(LabelAgreement, IsTheLargestShareOfScoresBeyondEachLabelsBest) {
  const AgreementCase cases[] = {
      {"nothing found", {}, 1},
      {"no labels", {{{}, 3}, {{}, 2}}, 1},
      {"one row", {{{"a"}, 3}}, 0},
      {"all the same", {{{"a"}, 3}, {{"a"}, 2}, {{"a"}, 1}}, 1},
      {"all different", {{{"a"}, 3}, {{"b"}, 2}, {{"c"}, 1}}, 0},
      {"the best stands alone", {{{"a"}, 4}, {{"b"}, 3}, {{"b"}, 2}, {{"c"}, 1}}, 2.0 / 7},
      {"the best has company", {{{"a"}, 4}, {{"b"}, 3}, {{"a"}, 3}}, 0.5},
      {"some without labels", {{{"a"}, 4}, {{}, 3}, {{"a"}, 1}}, 0.25},
      {"several labels", {{{"a", "b"}, 4}, {{"b", "c"}, 3}, {{"c"}, 1}}, 0.75},
  };
  for (const AgreementCase& test : cases) {
    std::vector<Example> examples;
    std::vector<RankedRow> ranked;
    for (const auto& [labels, score] : test.rows) {
      ranked.push_back({static_cast<uint32_t>(examples.size()), score});
      examples.push_back(Labelled(StrCat("e", examples.size()), "text", labels));
    }
    EXPECT_DOUBLE_EQ(LabelAgreement(*DatasetOf(examples), ranked), test.agreement) << test.name;
  }
}

TEST(LabelAgreement, LooksAtTheFirstRowsOnly) {
  std::vector<Example> examples;
  std::vector<RankedRow> ranked;
  for (uint32_t i = 0; i < 2 * kCoverageRows; ++i) {
    examples.push_back(Labelled(StrCat("e", i), "text", {i < kCoverageRows ? StrCat("label", i) : "same"}));
    ranked.push_back({i, 1});
  }
  EXPECT_EQ(LabelAgreement(*DatasetOf(examples), ranked), 0);
}

TEST(Coverage, IsOneForTheQuestionItselfAndLessForOthers) {
  const DatasetPtr dataset = DatasetOf(
      {MakeExample("a", "my card card was lost"), MakeExample("b", "my card"), MakeExample("c", "where is it")});
  const auto found = DatasetView(dataset, 1).Search("My CARD card was lost?", 9);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].coverage, 1);
  EXPECT_GT(found[1].coverage, 0);
  EXPECT_LT(found[1].coverage, 0.5);
  const auto first = DatasetView(dataset, 1).Search("My CARD card was lost?", 1);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].coverage, found[0].coverage);
}

// Though a question takes only every second n-gram of a word, each character counts.
TEST(Coverage, WordsThatDifferInOneLetterAreNotTheQuestion) {
  std::vector<Example> examples;
  for (const char* word : {"car", "card", "care", "cars", "cards", "cancel", "cancer", "cancels", "bancel", "canpel"}) {
    examples.push_back(MakeExample(word, word));
  }
  const DatasetPtr dataset = DatasetOf(examples);
  for (const Example& example : examples) {
    const auto found = DatasetView(dataset, 1).Search(example.input, 2);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].example.id(), example.id);
    EXPECT_EQ(found[0].coverage, 1);
    if (found.size() > 1) {
      EXPECT_LT(found[1].coverage, 1) << example.id << " " << std::string_view(found[1].example.id());
    }
  }
}

// Half of a long question is no accident; half of a short one is.
TEST(Coverage, GrowsWithTheNumberOfTerms) {
  for (size_t terms = 1; terms < kMaxQuestionTerms; ++terms) EXPECT_GT(TermsFactor(terms + 1), TermsFactor(terms));
  EXPECT_EQ(TermsFactor(0), 0);
  EXPECT_DOUBLE_EQ(TermsFactor(10), 0.5);
}

TEST(Coverage, GrowsWithTheAgreementOfLabels) {
  EXPECT_DOUBLE_EQ(AgreementFactor(1), 1);
  EXPECT_LT(AgreementFactor(0.5), 1);
  EXPECT_GT(AgreementFactor(0), 0);  // labels that are all different take nothing away for good
  const auto with = [](const char* other) {
    return DatasetOf({Labelled("a", "my card was lost abroad", {"lost"}), Labelled("b", "my card was stolen", {other}),
                      Labelled("c", "closing an account", {"close"})});
  };
  const char* const question = "I think that my card was lost";
  EXPECT_GT(CoverageAt(with("lost"), 1, question), CoverageAt(with("stolen"), 1, question));
}

// What is shown, and how many, makes no difference.
TEST(Coverage, IsTheSameWhateverIsShown) {
  std::vector<Example> examples;
  for (int i = 0; i < 60; ++i) {
    examples.push_back(
        Labelled(StrCat("e", i), StrCat("how to close account ", i, i % 3 == 0 ? " now" : ""), {StrCat(i % 7)}));
  }
  const DatasetPtr dataset = DatasetOf(examples);
  const char* const question = "close the account of my sister now";
  const double coverage = CoverageAt(dataset, 1, question);
  EXPECT_GT(coverage, 0);
  for (const Strategy strategy : {Strategy::kFixed, Strategy::kRandom, Strategy::kLexical}) {
    for (const int32_t k : {0, 1, 50}) {
      SelectionPolicy policy;
      policy.strategy = strategy;
      policy.k = k;
      EXPECT_EQ(SelectExamples({dataset, 1}, policy, question, nullptr)->coverage, coverage) << k;
    }
  }
  EXPECT_EQ(DatasetView(dataset, 1).Search(question, 1).front().coverage, coverage);
}

}  // namespace
}  // namespace attune
