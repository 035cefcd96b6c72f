#include "dataset/example_filter.h"

#include <gtest/gtest.h>

#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"
#include "tests/dataset/packed_example.h"

namespace attune {
namespace {

Example Tagged(std::string id, std::vector<std::string> labels, StringMap metadata) {
  Example example = MakeExample(std::move(id), "lost card");
  example.labels = std::move(labels);
  example.metadata = std::move(metadata);
  return example;
}

struct FilterCase {
  ExampleFilter filter;
  bool any;
  bool all;
};

TEST(ExampleFilter, ComparesExactly) {
  const Example example = Tagged("a", {"card", "lost"}, {{"lang", "en"}, {"source", "faq"}, {"empty", ""}});
  const FilterCase cases[] = {
      {{}, false, true},
      {{.labels = {"card"}}, true, true},
      {{.labels = {"Card"}}, false, false},
      {{.labels = {"car"}}, false, false},
      {{.labels = {"other", "lost"}}, true, true},
      {{.metadata = {{"lang", "en"}}}, true, true},
      {{.metadata = {{"lang", "EN"}}}, false, false},
      {{.metadata = {{"lang", "e"}}}, false, false},
      {{.metadata = {{"nothing", ""}}}, false, false},
      {{.metadata = {{"empty", ""}}}, true, true},
      {{.metadata = {{"lang", "de"}, {"lang", "en"}}}, true, true},
      {{.metadata = {{"lang", "de"}, {"source", "faq"}}}, true, false},
      {{.metadata = {{"lang", "en"}, {"source", "faq"}}}, true, true},
      {{.metadata = {{"lang", "en"}, {"lang", "de"}, {"source", "chat"}}}, true, false},
      {{.labels = {"card"}, .metadata = {{"lang", "de"}}}, true, false},
      {{.labels = {"other"}, .metadata = {{"lang", "en"}}}, true, false},
      {{.labels = {"card"}, .metadata = {{"lang", "en"}}}, true, true},
  };
  const PackedExample packed(example);
  for (size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(HasAny(packed, cases[i].filter), cases[i].any) << i;
    EXPECT_EQ(HasAll(packed, cases[i].filter), cases[i].all) << i;
  }
}

// Whatever the strategy, and in the coverage as well.
TEST(Selection, ShowsOnlyWhatTheFiltersLetThrough) {
  const DatasetPtr dataset = DatasetOf({Tagged("a", {"x"}, {{"lang", "en"}}), Tagged("b", {"x"}, {{"lang", "de"}}),
                                        Tagged("c", {"y"}, {{"lang", "en"}}), MakeExample("d", "card")});
  struct Row {
    ExampleFilter include, exclude;
    const char* ids;
  };
  const Row rows[] = {{{}, {}, "abcd"},
                      {{.labels = {"x"}}, {}, "ab"},
                      {{.metadata = {{"lang", "en"}}}, {}, "ac"},
                      {{}, {.labels = {"y"}}, "abd"},
                      {{.labels = {"x"}}, {.metadata = {{"lang", "de"}}}, "a"},
                      {{}, {.labels = {"x", "y"}}, "d"},
                      {{.labels = {"nobody"}}, {}, ""}};
  for (const Row& row : rows) {
    double coverage = -1;
    for (const Strategy strategy : {Strategy::kLexical, Strategy::kRandom, Strategy::kFixed}) {
      SelectionPolicy policy;
      policy.strategy = strategy;
      policy.order = ExampleOrder::kById;
      policy.include = row.include;
      policy.exclude = row.exclude;
      if (strategy == Strategy::kFixed) policy.example_ids = {"a", "b", "c", "d"};
      const auto selection = SelectExamples({dataset, 1}, policy, "lost card", nullptr);
      ASSERT_TRUE(selection.ok()) << selection.status();
      std::string ids;
      for (const ScoredExample& shown : selection->examples) ids += shown.example.id();
      EXPECT_EQ(ids, row.ids);
      if (coverage < 0) coverage = selection->coverage;
      EXPECT_DOUBLE_EQ(selection->coverage, coverage);
    }
    const std::string_view shown = row.ids;
    EXPECT_EQ(coverage == 0, shown.empty()) << row.ids;
    EXPECT_EQ(coverage == 1, shown.find_first_of("abc") != shown.npos) << row.ids;
  }
}

}  // namespace
}  // namespace attune
