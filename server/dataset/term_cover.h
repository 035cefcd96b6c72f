// A set of examples that together say most about a question's terms, in place of examples that each say the same.
#ifndef ATTUNE_DATASET_TERM_COVER_H_
#define ATTUNE_DATASET_TERM_COVER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/term_weights.h"
#include "dataset/top_rows.h"

namespace attune {

// What a set covers of a question: the sum over its terms of the largest weight that an example of the set gives them.
// That grows ever more slowly as the set does (it is monotone and submodular), so taking at each step the example that
// adds most comes within 1 - 1/e of the best set there is: Nemhauser, Wolsey and Fisher, 1978; Lin and Bilmes, "A Class
// of Submodular Functions for Document Summarization", ACL 2011. With BM25's weights of terms it is the set-level
// selection of Gupta, Gardner and Singh, "Coverage-based Example Selection for In-Context Learning", EMNLP 2023, from
// where it also has that covering begins anew once no example adds anything.
//
// Up to k of `ranked` (best first; their scores only decide their order), in the order chosen; of equal ones the better
// ranked. An example's term weights are multiplied with its own weight. `max_per_label`: as Diversify.
std::vector<RankedRow> CoverTerms(const Dataset& dataset, const TermWeights& question,
                                  const std::vector<RankedRow>& ranked, size_t k, int32_t max_per_label);

}  // namespace attune

#endif  // ATTUNE_DATASET_TERM_COVER_H_
