// Examples that count for more: the weight that a person gave an example, in the ranking.
#ifndef ATTUNE_DATASET_EXAMPLE_WEIGHT_H_
#define ATTUNE_DATASET_EXAMPLE_WEIGHT_H_

#include <vector>

#include "dataset/dataset.h"
#include "dataset/top_rows.h"

namespace attune {

// Multiplies each score with its example's weight and ranks anew, as Lucene's function scores do: a weight of 2 is
// worth a match that is twice as good, and no weight brings up what does not match at all. Scores are not negative.
void WeighScores(const Dataset& dataset, std::vector<RankedRow>& ranked);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_WEIGHT_H_
