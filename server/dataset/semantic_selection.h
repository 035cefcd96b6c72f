// Choosing by meaning: the rows whose vectors are nearest to the question's, alone or together with those that BM25
// finds. Everything else (TRAIN only, exclusion, MMR, cap, order) is as for the other strategies.
#ifndef ATTUNE_DATASET_SEMANTIC_SELECTION_H_
#define ATTUNE_DATASET_SEMANTIC_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/selection.h"
#include "dataset/vector_index.h"

namespace attune {

// What a question brings for kSemantic and kHybrid; all of it must outlive the call.
struct SemanticQuery {
  const VectorIndex* index = nullptr;  // of the dataset's rows; null: there is none
  std::span<const float> question;     // of length 1, by the same model; empty: there is none
  // Examples of the version that may lack a vector, such as those whose text the model refused: the semantic search
  // does not find them. More of them are an error.
  int64_t may_lack = 0;
};

// TRAIN examples of the version that have no vector, in time that does not depend on the number of those that have.
int64_t CountWithoutVector(const DatasetView& view, const VectorIndex& index);

// Whether the question and the TRAIN examples of the version have their vectors, in time that does not depend on their
// number where all have. FAILED_PRECONDITION (EMBEDDINGS_MISSING) with the metadata dataset, version, embedded and
// examples (how many of how many have one), if not. Without TRAIN examples nothing is missing.
absl::Status CheckVectors(const DatasetView& view, const SemanticQuery* query);

// The examples of kSemantic or kHybrid (policy.strategy), the most relevant first; `query` has passed CheckVectors.
// `pool`: candidates for MMR and the cap. `accept`: what may be shown of the rows visible at the version.
Selection SelectSemantic(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                         const SemanticQuery& query, size_t pool, absl::FunctionRef<bool(const Row&)> accept);

}  // namespace attune

#endif  // ATTUNE_DATASET_SEMANTIC_SELECTION_H_
