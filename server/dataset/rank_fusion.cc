#include "dataset/rank_fusion.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace attune {
namespace {

struct Sum {
  double score = 0;
  size_t last = 0;  // the list that added last, counted from 1
};

}  // namespace

std::vector<RankedRow> FuseRankings(std::span<const RankedList> lists, double constant) {
  absl::flat_hash_map<uint32_t, Sum> sums;
  for (size_t r = 0; r < lists.size(); ++r) {
    const RankedList& list = lists[r];
    for (size_t i = 0; i < list.rows.size(); ++i) {
      Sum& sum = sums[list.rows[i].row];
      if (sum.last == r + 1) continue;
      sum.last = r + 1;
      sum.score += list.weight / (constant + static_cast<double>(i + 1));
    }
  }
  std::vector<RankedRow> fused;
  fused.reserve(sums.size());
  for (const auto& [row, sum] : sums) fused.push_back({row, sum.score});
  std::sort(fused.begin(), fused.end(), RanksBefore);
  return fused;
}

}  // namespace attune
