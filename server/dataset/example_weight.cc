#include "dataset/example_weight.h"

#include <algorithm>

#include "dataset/row.h"

namespace attune {

void WeighScores(const Dataset& dataset, std::vector<RankedRow>& ranked) {
  for (RankedRow& entry : ranked) entry.score *= dataset.RowAt(entry.row).example.weight();
  std::sort(ranked.begin(), ranked.end(), RanksBefore);
}

}  // namespace attune
