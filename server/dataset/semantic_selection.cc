#include "dataset/semantic_selection.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/choose_set.h"
#include "dataset/dot_product.h"
#include "dataset/semantic_ranking.h"
#include "dataset/simhash.h"

namespace attune {
namespace {

Error EmbeddingsMissing(const DatasetView& view, int64_t embedded, int64_t examples, std::string_view what) {
  Error error(absl::StatusCode::kFailedPrecondition, "EMBEDDINGS_MISSING");
  error
      .Message(StrCat(what, "; ", embedded, " of ", examples, " TRAIN examples of version ", view.version(),
                      " of dataset '", view.dataset()->name(),
                      "' have a vector: give the dataset an embedding model if it has none, wait until all are "
                      "embedded (GetDataset shows how far it is), or let the prompt fall back to LEXICAL"))
      .With("dataset", view.dataset()->name())
      .With("version", view.version())
      .With("embedded", embedded)
      .With("examples", examples);
  return error;
}

// Of two rows, for MMR.
double SimilarityOf(const Dataset& dataset, const VectorIndex& index, uint32_t row, uint32_t other) {
  const std::span<const float> a = index.VectorOf(row), b = index.VectorOf(other);
  if (a.empty() || b.empty()) return Similarity(dataset.RowAt(row).signature, dataset.RowAt(other).signature);
  return std::clamp<double>(DotProduct(a.data(), b.data(), a.size()), 0, 1);
}

}  // namespace

int64_t CountWithoutVector(const DatasetView& view, const VectorIndex& index) {
  const Dataset& dataset = *view.dataset();
  int64_t missing = 0;
  index.VisitMissing(dataset.StatisticsAt(view.version()).rows, [&](uint32_t position) {
    const Row& row = dataset.RowAt(position);
    if (row.train && row.VisibleAt(view.version())) ++missing;
    return true;
  });
  return missing;
}

absl::Status CheckVectors(const DatasetView& view, const SemanticQuery* query) {
  const int64_t examples = view.dataset()->Version(view.version()).train;
  if (examples == 0) return absl::OkStatus();
  if (query == nullptr || query->index == nullptr) {
    return EmbeddingsMissing(view, 0, examples, "the examples have no vectors");
  }
  const int64_t missing = CountWithoutVector(view, *query->index);
  if (missing > query->may_lack) {
    return EmbeddingsMissing(view, examples - missing, examples, "not all examples have a vector yet");
  }
  if (query->question.size() != query->index->dimensions() || !IsUnitVector(query->question)) {
    return EmbeddingsMissing(view, examples - missing, examples,
                             query->question.empty()
                                 ? "the question has no vector"
                                 : "the question's vector is not of the kind that the examples have");
  }
  return absl::OkStatus();
}

Selection SelectSemantic(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                         const SemanticQuery& query, size_t pool, absl::FunctionRef<bool(const Row&)> accept) {
  const Dataset& dataset = *view.dataset();
  SemanticRanking candidates(view, question, query, accept);
  std::vector<RankedRow> ranked = candidates.Rank(policy.strategy, pool);
  Selection selection;
  for (const RankedRow& row : ranked) selection.coverage = std::max(selection.coverage, candidates.Coverage(row.row));
  std::erase_if(ranked, [&](const RankedRow& row) { return candidates.Coverage(row.row) < policy.min_coverage; });
  if (ranked.size() > pool) ranked.resize(pool);
  const auto of_vectors = [&](uint32_t row, uint32_t other) { return SimilarityOf(dataset, *query.index, row, other); };
  const RowSimilarity similarity = of_vectors;
  for (const RankedRow& chosen : ChooseSet(view, policy, question, std::move(ranked), &similarity)) {
    selection.examples.push_back({.example = dataset.RowAt(chosen.row).example,
                                  .score = chosen.score,
                                  .coverage = candidates.Coverage(chosen.row),
                                  .rank = static_cast<int32_t>(selection.examples.size())});
  }
  return selection;
}

}  // namespace attune
