#include "dataset/example_weight.h"

#include <gtest/gtest.h>

#include "dataset/choose_set.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

DatasetPtr Weighted(const std::vector<double>& weights) {
  std::vector<Example> examples;
  for (size_t i = 0; i < weights.size(); ++i) {
    examples.push_back(MakeExample(StrCat("e", i), StrCat("card ", i)));
    examples.back().weight = weights[i];
  }
  return DatasetOf(examples);
}

std::string Text(const std::vector<RankedRow>& ranked) {
  std::string text;
  for (const RankedRow& row : ranked) StrAppend(&text, text.empty() ? "" : " ", row.row, ":", row.score);
  return text;
}

TEST(WeighScores, MultipliesAndRanksAnew) {
  const struct {
    std::vector<double> weights;
    const char* ranked;
  } cases[] = {{{1, 1, 1}, "0:8 1:4 2:2"},
               {{1, 3, 1}, "1:12 0:8 2:2"},
               {{0.125, 1, 1}, "1:4 2:2 0:1"},
               {{1, 2, 4}, "0:8 1:8 2:8"},
               {{1, 1, 100}, "2:200 0:8 1:4"}};
  for (const auto& test : cases) {
    std::vector<RankedRow> ranked = {{0, 8}, {1, 4}, {2, 2}};
    WeighScores(*Weighted(test.weights), ranked);
    EXPECT_EQ(Text(ranked), test.ranked);
  }
}

TEST(ChooseSet, AppliesWeightsThenTheMinimumThenK) {
  const struct {
    double min_score;
    int32_t k;
    const char* chosen;
  } cases[] = {{0, 4, "1:12 0:8 2:2"},
               {2, 4, "1:12 0:8 2:2"},
               {2.5, 4, "1:12 0:8"},
               {9, 4, "1:12"},
               {13, 4, ""},
               {0, 1, "1:12"},
               {0, 0, ""}};
  const DatasetPtr dataset = Weighted({1, 3, 1});
  for (const auto& test : cases) {
    SelectionPolicy policy;
    policy.diversity = 0;
    policy.k = test.k;
    policy.min_score = test.min_score;
    EXPECT_EQ(Text(ChooseSet({dataset, 1}, policy, "card", {{0, 8}, {1, 4}, {2, 2}})), test.chosen) << test.min_score;
  }
}

TEST(PoolSize, IsAsTheApiSays) {
  const auto pool = [](int32_t k, int32_t cap) {
    SelectionPolicy policy;
    policy.k = k;
    policy.max_per_label = cap;
    return PoolSize(policy);
  };
  EXPECT_EQ(pool(0, 0), 20u);
  EXPECT_EQ(pool(4, 0), 20u);
  EXPECT_EQ(pool(6, 0), 24u);
  EXPECT_EQ(pool(6, 1), 200u);
  EXPECT_EQ(pool(256, 1), 1024u);
}

// The weight is in the score, and not in the coverage.
TEST(Selection, AWeightBringsAnExampleForward) {
  std::vector<Example> examples = {MakeExample("a", "lost card abroad"), MakeExample("b", "lost card")};
  const auto select = [&] { return *SelectExamples({DatasetOf(examples), 1}, {}, "lost card abroad", nullptr); };
  const Selection plain = select();
  EXPECT_EQ(plain.examples.back().example.id(), "a");
  examples[1].weight = 10;
  const Selection weighted = select();
  EXPECT_EQ(weighted.examples.back().example.id(), "b");
  EXPECT_DOUBLE_EQ(weighted.examples.back().score, 10 * plain.examples.front().score);
  EXPECT_DOUBLE_EQ(weighted.examples.back().coverage, plain.examples.front().coverage);
  EXPECT_DOUBLE_EQ(weighted.coverage, 1);
}

}  // namespace
}  // namespace attune
