// From the best matches to a set worth showing: maximal marginal relevance and a cap per label.
#ifndef ATTUNE_DATASET_DIVERSITY_H_
#define ATTUNE_DATASET_DIVERSITY_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "dataset/dataset.h"
#include "dataset/search.h"

namespace attune {

// Up to k of `ranked` (best first), in the order chosen; the best match is always the first. Each next one maximises
// (1 - diversity) * relevance - diversity * (largest similarity to one already chosen), relevance being its score over
// the best one's, at least 0. Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking", SIGIR 1998.
// `max_per_label` > 0: an example one of whose labels has been chosen so often is passed over.
// Similarity, 0 to 1, is that of the rows' signatures (simhash.h), or what `similarity` says.
std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label);
std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label,
                                 absl::FunctionRef<double(uint32_t row, uint32_t other)> similarity);

}  // namespace attune

#endif  // ATTUNE_DATASET_DIVERSITY_H_
