#include "dataset/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

Example Labelled(std::string id, std::string input, std::vector<std::string> labels) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.labels = std::move(labels);
  return example;
}

Example Held(std::string id, std::string input) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.split = Split::kTest;
  return example;
}

std::string IdsOf(const Selection& selection) {
  std::string ids;
  for (const ScoredExample& chosen : selection.examples) ids += chosen.example.id();
  return ids;
}

std::string RanksOf(const Selection& selection) {
  std::string ranks;
  for (const ScoredExample& chosen : selection.examples) StrAppend(&ranks, chosen.rank);
  return ranks;
}

// The more words an example shares with "lost card abroad today", the better it is; `t` may not be shown.
DatasetPtr Cards() {
  return DatasetOf({MakeExample("d", "abroad"), Labelled("b", "lost card abroad", {"lost"}),
                    Held("t", "lost card abroad today"), Labelled("a", "lost card abroad today", {"lost"}),
                    Labelled("c", "card abroad", {"travel"}), MakeExample("e", "closing an account")});
}

Selection Select(const DatasetPtr& dataset, const SelectionPolicy& policy, const Exclusion* exclusion = nullptr,
                 std::string_view question = "lost card abroad today") {
  auto selection = SelectExamples({dataset, dataset->latest()}, policy, question, exclusion);
  EXPECT_TRUE(selection.ok()) << selection.status();
  return selection.ok() ? *std::move(selection) : Selection();
}

using Change = std::function<void(SelectionPolicy&)>;

struct LexicalCase {
  const char* name;
  Change change;
  const char* ids;
  const char* ranks;
};

TEST(Lexical, FollowsItsPolicy) {
  const LexicalCase cases[] = {
      {"best last", [](SelectionPolicy&) {}, "dcba", "3210"},
      {"best first", [](SelectionPolicy& p) { p.order = ExampleOrder::kBestFirst; }, "abcd", "0123"},
      {"two", [](SelectionPolicy& p) { p.k = 2; }, "ba", "10"},
      {"none", [](SelectionPolicy& p) { p.k = 0; }, "", ""},
      {"more than there are", [](SelectionPolicy& p) { p.k = 256; }, "dcba", "3210"},
      {"one a label", [](SelectionPolicy& p) { p.max_per_label = 1; }, "dca", "210"},
      {"two a label", [](SelectionPolicy& p) { p.max_per_label = 2; }, "dcba", "3210"},
      {"a cap does not cost places",
       [](SelectionPolicy& p) {
         p.max_per_label = 1;
         p.k = 2;
       },
       "ca", "10"},
      {"only itself", [](SelectionPolicy& p) { p.min_coverage = 1; }, "a", "0"},
      {"near ones", [](SelectionPolicy& p) { p.min_coverage = 0.5; }, "ba", "10"},
      {"no score is so high", [](SelectionPolicy& p) { p.min_score = 1'000; }, "", ""},
      {"of both minimums the higher one",
       [](SelectionPolicy& p) {
         p.min_coverage = 0.5;
         p.min_score = 0.001;
       },
       "ba", "10"},
      {"one example says it all",
       [](SelectionPolicy& p) {
         p.choice = Choice::kTermCover;
         p.k = 1;
       },
       "a", "0"},
  };
  for (const LexicalCase& test : cases) {
    SelectionPolicy policy;
    policy.diversity = 0;
    test.change(policy);
    const Selection selection = Select(Cards(), policy);
    EXPECT_EQ(IdsOf(selection), test.ids) << test.name;
    EXPECT_EQ(RanksOf(selection), test.ranks) << test.name;
    EXPECT_DOUBLE_EQ(selection.coverage, 1) << test.name;
  }
}

TEST(Lexical, ByIdKeepsTheRanks) {
  const DatasetPtr dataset = DatasetOf({MakeExample("z", "lost card"), MakeExample("a", "card")});
  SelectionPolicy policy;
  policy.order = ExampleOrder::kById;
  const Selection selection = Select(dataset, policy, nullptr, "lost card");
  EXPECT_EQ(IdsOf(selection), "az");
  EXPECT_EQ(RanksOf(selection), "10");
  EXPECT_GT(selection.examples[1].score, selection.examples[0].score);
}

TEST(Lexical, CoverageIsOfTheBestExampleThatMayBeShown) {
  SelectionPolicy policy;
  policy.min_coverage = 1;
  const Exclusion exclusion = {.input = "Lost card abroad, today!"};
  const Selection selection = Select(Cards(), policy, &exclusion);
  EXPECT_EQ(IdsOf(selection), "");
  EXPECT_GT(selection.coverage, 0.2);
  EXPECT_LT(selection.coverage, 1);
  EXPECT_EQ(Select(Cards(), policy, nullptr, "zebra").coverage, 0);
}

struct FixedCase {
  std::vector<std::string> ids;
  int32_t k;
  const char* shown;
};

TEST(Fixed, ShowsTheNamedExamplesInTheirOrder) {
  const FixedCase cases[] = {{{"c", "a", "d"}, 4, "cad"}, {{"c", "a", "d"}, 2, "ca"}, {{"e"}, 4, "e"}, {{"e"}, 0, ""}};
  for (const FixedCase& test : cases) {
    for (const ExampleOrder order : {ExampleOrder::kBestLast, ExampleOrder::kBestFirst, ExampleOrder::kById}) {
      SelectionPolicy policy;
      policy.strategy = Strategy::kFixed;
      policy.example_ids = test.ids;
      policy.k = test.k;
      policy.order = order;
      const Selection selection = Select(Cards(), policy);
      EXPECT_EQ(IdsOf(selection), test.shown);
      EXPECT_EQ(RanksOf(selection), std::string("0123").substr(0, selection.examples.size()));
    }
  }
}

TEST(Fixed, NamesTheExampleThatCannotBeShown) {
  const DatasetPtr dataset = ApplyNext(Cards(), {.deletes = {"a"}});
  for (const char* id : {"nobody", "t", "a"}) {
    SelectionPolicy policy;
    policy.strategy = Strategy::kFixed;
    policy.example_ids = {"b", id};
    const absl::Status status = SelectExamples({dataset, 2}, policy, "x", nullptr).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << id;
    EXPECT_EQ(ErrorReason(status), "EXAMPLE_NOT_FOUND");
    EXPECT_EQ(ErrorMetadata(status, "example"), id);
    EXPECT_EQ(ErrorMetadata(status, "version"), "2");
    EXPECT_EQ(ErrorReason(SelectExamples(DatasetView(), policy, "x", nullptr).status()), "EXAMPLE_NOT_FOUND");
  }
}

DatasetPtr ManyRows(int rows, double weight_of_first = 1) {
  std::vector<Example> examples;
  for (int i = 0; i < rows; ++i) examples.push_back(MakeExample(StrCat("e", i), StrCat("text ", i)));
  examples[0].weight = weight_of_first;
  examples.push_back(Held("t", "text"));
  return DatasetOf(examples);
}

SelectionPolicy RandomPolicy(int32_t k, int64_t seed) {
  SelectionPolicy policy;
  policy.strategy = Strategy::kRandom;
  policy.k = k;
  policy.seed = seed;
  return policy;
}

TEST(Random, IsTheSameForTheSameSeedAndQuestionOnly) {
  const DatasetPtr dataset = ManyRows(100);
  const std::string drawn = IdsOf(Select(dataset, RandomPolicy(5, 1)));
  EXPECT_EQ(IdsOf(Select(dataset, RandomPolicy(5, 1))), drawn);
  EXPECT_EQ(IdsOf(Select(ManyRows(100), RandomPolicy(5, 1))), drawn);
  EXPECT_NE(IdsOf(Select(dataset, RandomPolicy(5, 2))), drawn);
  EXPECT_NE(IdsOf(Select(dataset, RandomPolicy(5, 1), nullptr, "other")), drawn);
  SelectionPolicy first = RandomPolicy(5, 1);
  first.order = ExampleOrder::kBestFirst;
  EXPECT_EQ(RanksOf(Select(dataset, first)), "01234");
  EXPECT_EQ(RanksOf(Select(dataset, RandomPolicy(5, 1))), "43210");
}

TEST(Random, DrawsEachExampleOnceAndNoTest) {
  const Selection all = Select(ManyRows(10), RandomPolicy(256, 1));
  std::vector<std::string> ids;
  for (const ScoredExample& chosen : all.examples) ids.emplace_back(chosen.example.id());
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, std::vector<std::string>({"e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"}));
  EXPECT_EQ(Select(ManyRows(10), RandomPolicy(0, 1)).examples.size(), 0u);
}

// Of 10 rows, with k = 1, by weight.
TEST(Random, DrawsByWeight) {
  for (const auto& [weight, share] :
       std::vector<std::pair<double, double>>{{1, 0.1}, {9, 0.5}, {81, 0.9}, {0.1, 0.1 / 9.1}}) {
    const DatasetPtr dataset = ManyRows(10, weight);
    int first = 0;
    for (int seed = 0; seed < 4'000; ++seed) first += IdsOf(Select(dataset, RandomPolicy(1, seed))) == "e0" ? 1 : 0;
    EXPECT_NEAR(first / 4'000.0, share, 0.025) << weight;
  }
}

TEST(SelectExamples, AnEmptyDatasetGivesNothing) {
  for (const Strategy strategy : {Strategy::kLexical, Strategy::kRandom}) {
    SelectionPolicy policy;
    policy.strategy = strategy;
    for (const DatasetView& view : {DatasetView(), DatasetView(Dataset::Empty("faq"), 0)}) {
      const auto selection = SelectExamples(view, policy, "x", nullptr);
      ASSERT_TRUE(selection.ok()) << selection.status();
      EXPECT_TRUE(selection->examples.empty());
    }
  }
}

TEST(SelectExamples, AVersionSelectsTheSameForEver) {
  DatasetPtr dataset = Cards();
  const std::string before = IdsOf(*SelectExamples({dataset, 1}, {}, "lost card", nullptr));
  const double coverage = SelectExamples({dataset, 1}, {}, "lost card", nullptr)->coverage;
  dataset = ApplyNext(dataset, {.upserts = {Share(MakeExample("x", "lost card")), Share(MakeExample("y", "card"))},
                                .deletes = {"a", "b"}});
  EXPECT_EQ(IdsOf(*SelectExamples({dataset, 1}, {}, "lost card", nullptr)), before);
  EXPECT_EQ(SelectExamples({dataset, 1}, {}, "lost card", nullptr)->coverage, coverage);
  EXPECT_NE(IdsOf(*SelectExamples({dataset, 2}, {}, "lost card", nullptr)), before);
}

}  // namespace
}  // namespace attune
