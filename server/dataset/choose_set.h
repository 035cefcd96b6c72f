// From the matches that a strategy found to the set that is shown: weights, minimum score, MMR or term cover, and a cap
// per label. The same for every strategy that ranks.
#ifndef ATTUNE_DATASET_CHOOSE_SET_H_
#define ATTUNE_DATASET_CHOOSE_SET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/dataset.h"
#include "dataset/selection.h"
#include "dataset/top_rows.h"

namespace attune {

// How many matches a policy wants to choose from. Fewer than k are chosen if the cap leaves no more of them.
size_t PoolSize(const SelectionPolicy& policy);

// How alike two rows are, 0 to 1, for MMR.
using RowSimilarity = absl::FunctionRef<double(uint32_t row, uint32_t other)>;

// Up to policy.k of the matches, in the order chosen, with their scores times their weights. `ranked`: with the scores
// that the strategy gave, best first. Rows are as alike as their signatures (simhash.h), or as `similarity` says if
// it is not null.
std::vector<RankedRow> ChooseSet(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                                 std::vector<RankedRow> ranked, const RowSimilarity* similarity = nullptr);

}  // namespace attune

#endif  // ATTUNE_DATASET_CHOOSE_SET_H_
