#include "dataset/example_weight.h"

#include <algorithm>

#include "dataset/row.h"

namespace attune {

void WeighScores(const Dataset& dataset, std::vector<RankedRow>& ranked) {
  for (RankedRow& entry : ranked) entry.score *= dataset.RowAt(entry.row).example.weight();
  // As a rule all weigh the same.
  if (!std::is_sorted(ranked.begin(), ranked.end(), RanksBefore)) {
    std::sort(ranked.begin(), ranked.end(), RanksBefore);
  }
}

}  // namespace attune
