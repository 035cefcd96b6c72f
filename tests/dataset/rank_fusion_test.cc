#include "dataset/rank_fusion.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "base/strings.h"

namespace attune {
namespace {

// Rows in the order of a list; their scores play no part.
std::vector<RankedRow> Rows(const std::vector<uint32_t>& rows) {
  std::vector<RankedRow> ranked;
  for (const uint32_t row : rows) ranked.push_back({row, -1000.0 * row});
  return ranked;
}

struct FusionCase {
  const char* name;
  std::vector<std::vector<uint32_t>> lists;
  std::vector<double> weights;
  double constant;
  const char* fused;  // "row:score", in ten-thousandths
};

TEST(FuseRankings, AddsUpReciprocalPlaces) {
  const FusionCase cases[] = {
      {"nothing", {}, {}, 60, ""},
      {"empty lists", {{}, {}}, {1, 1}, 60, ""},
      {"one list keeps its order", {{5, 2, 9}}, {1}, 60, "5:164 2:161 9:159"},
      {"both lists beat one", {{1, 2}, {3, 2}}, {1, 1}, 60, "2:323 1:164 3:164"},
      {"equal ones by row", {{8, 4}, {4, 8}}, {1, 1}, 60, "4:325 8:325"},
      {"weights", {{8, 4}, {4, 8}}, {2, 1}, 60, "8:489 4:487"},
      {"no weight", {{8}, {4}}, {0, 1}, 60, "4:164 8:0"},
      {"a small constant makes the first place weigh more",
       {{1, 2, 3}, {4, 2, 3}},
       {1, 1},
       0,
       "1:10000 2:10000 4:10000 3:6667"},
      {"twice in a list counts once", {{7, 3, 7}}, {1}, 60, "7:164 3:161"},
  };
  for (const FusionCase& test : cases) {
    std::vector<std::vector<RankedRow>> rows;
    for (const auto& list : test.lists) rows.push_back(Rows(list));
    std::vector<RankedList> lists;
    for (size_t i = 0; i < rows.size(); ++i) lists.push_back({rows[i], test.weights[i]});
    std::string fused;
    for (const RankedRow& row : FuseRankings(lists, test.constant)) {
      StrAppend(&fused, fused.empty() ? "" : " ", row.row, ":", static_cast<int>(row.score * 10'000 + 0.5));
    }
    EXPECT_EQ(fused, test.fused) << test.name;
  }
}

TEST(FuseRankings, ThePapersConstantIsTheDefault) {
  const std::vector<RankedRow> rows = Rows({3});
  const RankedList lists[] = {{rows}, {rows}};
  EXPECT_DOUBLE_EQ(FuseRankings(lists).front().score, 2.0 / 61);
}

TEST(FuseRankings, EqualsTheSumOnRandomLists) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::vector<RankedRow>> rows(random() % 4);
    std::vector<RankedList> lists;
    std::map<uint32_t, double> sums;
    for (auto& list : rows) {
      std::vector<uint32_t> order(random() % 50);
      for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<uint32_t>(2 * i);
      std::shuffle(order.begin(), order.end(), random);
      list = Rows(order);
      const double weight = static_cast<double>(random() % 3);
      lists.push_back({list, weight});
      for (size_t i = 0; i < order.size(); ++i) sums[order[i]] += weight / (60 + static_cast<double>(i) + 1);
    }
    const std::vector<RankedRow> fused = FuseRankings(lists);
    ASSERT_EQ(fused.size(), sums.size());
    for (size_t i = 0; i < fused.size(); ++i) {
      EXPECT_DOUBLE_EQ(fused[i].score, sums[fused[i].row]);
      if (i > 0) {
        EXPECT_TRUE(RanksBefore(fused[i - 1], fused[i]));
      }
    }
  }
}

}  // namespace
}  // namespace attune
