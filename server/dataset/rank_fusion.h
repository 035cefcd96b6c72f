// One ranking of several, by the places and not by the scores, which do not compare: reciprocal rank fusion. Cormack,
// Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods", SIGIR 2009.
#ifndef ATTUNE_DATASET_RANK_FUSION_H_
#define ATTUNE_DATASET_RANK_FUSION_H_

#include <span>
#include <vector>

#include "dataset/top_rows.h"

namespace attune {

// How little the first places of one list outweigh places in several; the paper's value.
inline constexpr double kFusionConstant = 60;

struct RankedList {
  std::span<const RankedRow> rows;  // best first; of a row that is there twice, the better place counts
  double weight = 1;                // at least 0
};

// Every row of any list; its score is the sum of weight / (constant + place) over the lists that have it, places
// counted from 1. Best first, equal ones by row. `constant` is at least 0.
std::vector<RankedRow> FuseRankings(std::span<const RankedList> lists, double constant = kFusionConstant);

}  // namespace attune

#endif  // ATTUNE_DATASET_RANK_FUSION_H_
