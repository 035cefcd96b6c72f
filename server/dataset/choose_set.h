// From the matches that a strategy found to the set that is shown: weights, minimum score, MMR or term cover, and a cap
// per label. The same for every strategy that ranks.
#ifndef ATTUNE_DATASET_CHOOSE_SET_H_
#define ATTUNE_DATASET_CHOOSE_SET_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/selection.h"
#include "dataset/top_rows.h"

namespace attune {

// How many matches a policy wants to choose from. Fewer than k are chosen if the cap leaves no more of them.
size_t PoolSize(const SelectionPolicy& policy);

// Up to policy.k of the matches, in the order chosen, with their scores times their weights. `ranked`: with the scores
// that the strategy gave, best first.
std::vector<RankedRow> ChooseSet(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                                 std::vector<RankedRow> ranked);

}  // namespace attune

#endif  // ATTUNE_DATASET_CHOOSE_SET_H_
