// From the best matches to a set worth showing: maximal marginal relevance and a cap per label.
#ifndef ATTUNE_DATASET_DIVERSITY_H_
#define ATTUNE_DATASET_DIVERSITY_H_

#include <cstdint>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/search.h"

namespace attune {

// Up to k of `ranked` (best first), in the order chosen; the best match is always the first. Each next one maximises
// (1 - diversity) * relevance - diversity * (largest similarity to one already chosen), relevance being its score over
// the best one's. Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking", SIGIR 1998.
// `max_per_label` > 0: an example one of whose labels has been chosen so often is passed over.
std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label);

}  // namespace attune

#endif  // ATTUNE_DATASET_DIVERSITY_H_
