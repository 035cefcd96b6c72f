#include "dataset/term_cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/analyzer.h"
#include "dataset/row.h"
#include "dataset/search.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

Example Labelled(std::string id, std::string input, std::vector<std::string> labels) {
  Example example = MakeExample(std::move(id), std::move(input));
  example.labels = std::move(labels);
  return example;
}

std::string Cover(const DatasetPtr& dataset, const std::string& question, int32_t k, int32_t cap = 0) {
  SelectionPolicy policy;
  policy.k = k;
  policy.choice = Choice::kTermCover;
  policy.max_per_label = cap;
  policy.order = ExampleOrder::kBestFirst;
  const auto selection = SelectExamples({dataset, dataset->latest()}, policy, question, nullptr);
  EXPECT_TRUE(selection.ok()) << selection.status();
  std::string ids;
  if (!selection.ok()) return ids;
  for (const ScoredExample& shown : selection->examples) ids += shown.example.id();
  return ids;
}

// Two parts of a question, and many examples of the first.
DatasetPtr TwoParts() {
  return DatasetOf({Labelled("a", "refund the ticket please", {"refund"}),
                    Labelled("b", "refund the ticket", {"refund"}), Labelled("c", "refund ticket", {"refund"}),
                    Labelled("d", "wheelchair boarding", {"help"}), Labelled("e", "boarding", {"help"}),
                    Labelled("f", "unrelated words", {})});
}

struct CoverCase {
  const char* question;
  int32_t k;
  int32_t cap;
  const char* ids;
};

TEST(TermCover, TakesWhatAddsMost) {
  const char* both = "refund the ticket please and wheelchair boarding";
  const CoverCase cases[] = {
      {both, 0, 0, ""},
      {both, 1, 0, "d"},        // the rarer terms weigh more
      {both, 2, 0, "da"},       // and not another one of either part
      {both, 256, 0, "daecb"},  // shorter texts give a term more weight, so each still adds something
      {both, 3, 1, "da"},       // both labels are full
      {both, 4, 2, "daec"},
      {"refund", 2, 0, "cb"},  // nothing is left to cover after the first: anew, by what each has
      {"zebra", 3, 0, ""},
      {"", 3, 0, ""},
  };
  for (const CoverCase& test : cases) {
    EXPECT_EQ(Cover(TwoParts(), test.question, test.k, test.cap), test.ids) << test.question << " " << test.k;
  }
}

TEST(TermCover, AWeightIsOneOfEachTerm) {
  std::vector<Example> examples = {MakeExample("a", "red box"), MakeExample("b", "red box")};
  EXPECT_EQ(Cover(DatasetOf(examples), "red box", 1), "a");
  examples[1].weight = 1.5;
  EXPECT_EQ(Cover(DatasetOf(examples), "red box", 1), "b");
  const DatasetPtr dataset = DatasetOf(examples);
  EXPECT_EQ(CoverTerms(*dataset, TermWeights(*dataset, 1, "red box"), {{0, 2}, {1, 1}}, 1, 0).front().row, 1u);
}

// Not the three best matches of the one part, one after the other.
TEST(TermCover, BeginsAnewWhenAllIsCovered) {
  const DatasetPtr dataset = DatasetOf({MakeExample("a", "alpha"), MakeExample("b", "alpha"), MakeExample("c", "alpha"),
                                        MakeExample("d", "gamma"), MakeExample("e", "gamma"), MakeExample("f", "gamma"),
                                        MakeExample("g", "gamma")});
  EXPECT_EQ(Cover(dataset, "alpha gamma", 5), "adbec");
}

// What no example shares a term with has another strategy found: it comes in the order of its rank.
TEST(TermCover, WhatAddsNothingComesByRank) {
  const DatasetPtr dataset =
      DatasetOf({MakeExample("a", "alpha"), MakeExample("b", "beta"), MakeExample("c", "gamma")});
  const TermWeights question(*dataset, 1, "gamma rays");
  const std::vector<RankedRow> ranked = {{1, 0.9}, {0, 0.8}, {2, 0.7}};
  const std::vector<RankedRow> chosen = CoverTerms(*dataset, question, ranked, 3, 0);
  ASSERT_EQ(chosen.size(), 3u);
  EXPECT_EQ(chosen[0].row, 2u);
  EXPECT_EQ(chosen[1].row, 1u);
  EXPECT_EQ(chosen[2].row, 0u);
}

std::string RandomText(std::mt19937& random, int words) {
  static const char* const kWords[] = {"red",  "blue",  "green", "box",    "bag",
                                       "lost", "found", "card",  "ticket", "today"};
  std::string text;
  for (int i = 0; i < words; ++i) StrAppend(&text, text.empty() ? "" : " ", kWords[random() % std::size(kWords)]);
  return text;
}

// Of versions whose last rows lie within a segment, too.
TEST(TermWeights, AddUpToTheScoreAtEveryVersion) {
  std::mt19937 random(11);
  DatasetPtr dataset = Dataset::Empty("faq");
  for (int version = 1; version <= 40; ++version) {
    DatasetDelta delta;
    for (int i = 0; i < (version == 1 ? 50 : 2); ++i) {
      delta.upserts.push_back(Share(MakeExample(StrCat("e", version, ".", i), RandomText(random, 5))));
    }
    dataset = ApplyNext(dataset, delta);
  }
  const std::string question = "lost card of the red bag";
  for (int64_t version = 1; version <= 40; ++version) {
    const TermWeights terms(*dataset, version, question);
    for (const RankedRow& row : Bm25Query(*dataset, version, question).Search(5, [](const Row&) { return true; })) {
      double sum = 0;
      for (const double weight : terms.In(dataset->RowAt(row.row).example.input())) sum += weight;
      EXPECT_NEAR(sum, row.score, row.score / 1000) << version;
    }
  }
}

double Covered(const std::vector<std::vector<double>>& weights) {
  double sum = 0;
  for (size_t term = 0; !weights.empty() && term < weights[0].size(); ++term) {
    double best = 0;
    for (const auto& one : weights) best = std::max(best, one[term]);
    sum += best;
  }
  return sum;
}

// The bound of Nemhauser, Wolsey and Fisher against the best of all pairs; and the sum of the terms is the score.
TEST(TermCover, IsNearTheBestSet) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<Example> examples;
    for (int i = 0; i < 12; ++i) examples.push_back(MakeExample(StrCat("e", i), RandomText(random, 4)));
    const DatasetPtr dataset = DatasetOf(examples);
    const std::string question = RandomText(random, 6);
    const TermWeights terms(*dataset, 1, question);
    const auto ranked = Bm25Query(*dataset, 1, question).Search(12, [](const Row&) { return true; });
    for (const RankedRow& row : ranked) {
      const std::vector<double> weights = terms.In(dataset->RowAt(row.row).example.input());
      double sum = 0;
      for (const double weight : weights) sum += weight;
      EXPECT_NEAR(sum, row.score, row.score / 1000);
    }
    double best = 0;
    for (const RankedRow& a : ranked) {
      for (const RankedRow& b : ranked) {
        best = std::max(best, Covered({terms.In(dataset->RowAt(a.row).example.input()),
                                       terms.In(dataset->RowAt(b.row).example.input())}));
      }
    }
    std::vector<std::vector<double>> chosen;
    for (const RankedRow& row : CoverTerms(*dataset, terms, ranked, 2, 0)) {
      chosen.push_back(terms.In(dataset->RowAt(row.row).example.input()));
    }
    EXPECT_GE(Covered(chosen), best * (1 - 1 / 2.718281828) - 1e-9) << question;
  }
}

}  // namespace
}  // namespace attune
