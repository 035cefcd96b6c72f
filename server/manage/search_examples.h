// Examples most like a question, as SearchExamples of the API has them. Pure: a search looks at one snapshot.
#ifndef ATTUNE_MANAGE_SEARCH_EXAMPLES_H_
#define ATTUNE_MANAGE_SEARCH_EXAMPLES_H_

#include <cstddef>
#include <optional>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/semantic_selection.h"
#include "dataset/vector_shelf.h"
#include "prompt/catalog.h"

namespace attune {

// A request that was checked, and what it is about.
struct ExampleSearch {
  DatasetView view;
  Strategy strategy = Strategy::kLexical;  // kLexical, kSemantic or kHybrid
  size_t limit = 0;
  std::optional<Split> split;        // nullopt: both, of kLexical; the others find TRAIN examples
  std::optional<VectorKey> vectors;  // that the strategy needs, perhaps of no model; nullopt: none
};

// INVALID_ARGUMENT (MISSING_INPUT, TOO_LARGE, BAD_PARAMETER, BAD_NAME, BAD_VERSION), NOT_FOUND of the dataset.
absl::StatusOr<ExampleSearch> ResolveSearch(const Catalog& catalog, const v1::SearchExamplesRequest& request);

// `semantic`: for a strategy that needs vectors; else null. FAILED_PRECONDITION (EMBEDDINGS_MISSING).
absl::StatusOr<v1::SearchExamplesResponse> SearchExamples(const ExampleSearch& search,
                                                          const v1::SearchExamplesRequest& request,
                                                          const SemanticQuery* semantic);

}  // namespace attune

#endif  // ATTUNE_MANAGE_SEARCH_EXAMPLES_H_
