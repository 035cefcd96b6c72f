#include "dataset/diversity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/analyzer.h"
#include "dataset/simhash.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

struct Ranking {
  DatasetPtr dataset;
  std::vector<RankedRow> ranked;  // rows 0, 1, 2 ... with falling scores
};

Ranking RankingOf(const std::vector<Example>& examples, std::vector<double> scores) {
  Ranking ranking = {DatasetOf(examples), {}};
  std::sort(scores.rbegin(), scores.rend());
  for (size_t i = 0; i < scores.size(); ++i) ranking.ranked.push_back({static_cast<uint32_t>(i), scores[i]});
  return ranking;
}

std::string RowsOf(const std::vector<RankedRow>& chosen) {
  std::string rows;
  for (const RankedRow& row : chosen) StrAppend(&rows, rows.empty() ? "" : " ", row.row);
  return rows;
}

// The formula of diversity.h, computed anew for every place.
std::vector<RankedRow> NaiveDiversify(const Ranking& ranking, size_t k, double diversity, int32_t cap) {
  std::vector<RankedRow> left = ranking.ranked, chosen;
  std::map<std::string, int32_t> labels;
  const auto signature = [&](const RankedRow& row) {
    return MakeSimHash(AnalyzeText(ranking.dataset->RowAt(row.row).example.input()));
  };
  const auto merit = [&](const RankedRow& row) {
    double nearest = 0;
    for (const RankedRow& other : chosen) nearest = std::max(nearest, Similarity(signature(row), signature(other)));
    return (1 - diversity) * (row.score / ranking.ranked.front().score) - diversity * nearest;
  };
  while (chosen.size() < k && !left.empty()) {
    size_t best = 0;
    for (size_t i = 1; !chosen.empty() && i < left.size(); ++i) {
      if (merit(left[i]) > merit(left[best])) best = i;
    }
    const PackedTexts of_best = ranking.dataset->RowAt(left[best].row).example.labels();
    const bool full = cap > 0 && std::any_of(of_best.begin(), of_best.end(),
                                             [&](std::string_view l) { return labels[std::string(l)] >= cap; });
    if (!full) {
      chosen.push_back(left[best]);
      for (const std::string_view label : of_best) ++labels[std::string(label)];
    }
    left.erase(left.begin() + static_cast<ptrdiff_t>(best));
  }
  return chosen;
}

TEST(Diversify, EqualsTheFormulaOnRandomRankings) {
  static const char* const kWords[] = {"lost", "card", "transfer", "abroad", "refund", "late", "fee", "pin"};
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<Example> examples;
    std::vector<double> scores;
    for (size_t i = 1 + random() % 20; i > 0; --i) {
      Example example = MakeExample(StrCat("e", i), "");
      for (size_t words = 1 + random() % 4; words > 0; --words)
        StrAppend(&example.input, kWords[random() % std::size(kWords)], " ");
      for (size_t labels = random() % 3; labels > 0; --labels) example.labels.push_back(StrCat("l", random() % 4));
      examples.push_back(example);
      scores.push_back(1 + static_cast<double>(random() % 12));
    }
    const Ranking ranking = RankingOf(examples, scores);
    const size_t k = random() % 8;
    const double diversity = static_cast<double>(random() % 5) / 4;
    const auto cap = static_cast<int32_t>(random() % 3);
    EXPECT_EQ(RowsOf(Diversify(*ranking.dataset, ranking.ranked, k, diversity, cap)),
              RowsOf(NaiveDiversify(ranking, k, diversity, cap)))
        << "round " << round << ", k " << k << ", diversity " << diversity << ", cap " << cap;
  }
}

struct DiversityCase {
  double diversity;
  size_t k;
  const char* rows;
};

TEST(Diversify, PassesOverWhatSaysTheSame) {
  const Ranking ranking = RankingOf({MakeExample("a", "where is my new card"), MakeExample("b", "where is my new card"),
                                     MakeExample("c", "how do refunds work abroad")},
                                    {10, 9, 6});
  const DiversityCase cases[] = {{0, 3, "0 1 2"}, {0.3, 2, "0 2"},  {0.3, 3, "0 2 1"},
                                 {1, 2, "0 2"},   {0.01, 2, "0 1"}, {0.3, 0, ""}};
  for (const DiversityCase& test : cases) {
    EXPECT_EQ(RowsOf(Diversify(*ranking.dataset, ranking.ranked, test.k, test.diversity, 0)), test.rows)
        << test.diversity;
  }
  EXPECT_TRUE(Diversify(*ranking.dataset, {}, 3, 0.3, 0).empty());
}

TEST(Diversify, CountsEveryLabelOfAnExample) {
  std::vector<Example> examples(5, MakeExample("", "card"));
  const std::vector<std::string> labels[] = {{"x", "y"}, {"x"}, {"y", "z"}, {}, {"z"}};
  for (size_t i = 0; i < examples.size(); ++i) {
    examples[i].id = StrCat("e", i);
    examples[i].labels = labels[i];
  }
  const Ranking ranking = RankingOf(examples, {5, 4, 3, 2, 1});
  EXPECT_EQ(RowsOf(Diversify(*ranking.dataset, ranking.ranked, 5, 0, 1)), "0 3 4");
  EXPECT_EQ(RowsOf(Diversify(*ranking.dataset, ranking.ranked, 5, 0, 2)), "0 1 2 3 4");
  EXPECT_EQ(RowsOf(Diversify(*ranking.dataset, ranking.ranked, 5, 0, 0)), "0 1 2 3 4");
}

// Each bit is what most of the terms have there; a draw is 0.
TEST(SimHash, IsAVoteOfTheTerms) {
  std::mt19937_64 random(1);
  for (const size_t size : {0, 1, 2, 3, 64, 255, 1'000}) {
    std::vector<uint64_t> terms;
    for (size_t i = 0; i < size; ++i) terms.push_back(random());
    uint64_t expected = 0;
    for (int bit = 0; bit < 64; ++bit) {
      const auto votes = std::count_if(terms.begin(), terms.end(), [bit](uint64_t term) { return term >> bit & 1; });
      if (2 * static_cast<size_t>(votes) > size) expected |= uint64_t{1} << bit;
    }
    EXPECT_EQ(MakeSimHash(terms)[0], expected) << size << " terms";
  }
}

TEST(SimHash, EstimatesHowAlikeTextsAre) {
  const auto similarity = [](std::string_view a, std::string_view b) {
    const double there = Similarity(MakeSimHash(AnalyzeText(a)), MakeSimHash(AnalyzeText(b)));
    EXPECT_EQ(there, Similarity(MakeSimHash(AnalyzeText(b)), MakeSimHash(AnalyzeText(a))));
    return there;
  };
  const std::string card = "where is my new card, it has not arrived";
  EXPECT_EQ(similarity(card, card), 1);
  EXPECT_EQ(similarity("lost card", "Card LOST!"), 1);  // equal bags
  EXPECT_GT(similarity(card, "where is my card, it has not arrived"), 0.8);
  EXPECT_LT(similarity(card, "exchange rates for foreign currencies"), 0.4);
  EXPECT_GT(similarity("card card card card pin", "card"), similarity("pin pin pin pin card", "card"));
}

}  // namespace
}  // namespace attune
