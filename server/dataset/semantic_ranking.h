// Ranking by meaning: the rows whose vectors are nearest to the question's, alone or fused with those that BM25 finds.
// What selection and search have in common.
#ifndef ATTUNE_DATASET_SEMANTIC_RANKING_H_
#define ATTUNE_DATASET_SEMANTIC_RANKING_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "dataset/dataset.h"
#include "dataset/row.h"
#include "dataset/selection.h"
#include "dataset/semantic_selection.h"
#include "dataset/top_rows.h"

namespace attune {

// Places of each list that are fused: a row that one list has far up and the other far down still gets both its parts.
inline constexpr size_t kFusedPlaces = 100;

// Where a row stands in one ranking.
struct RankPart {
  int32_t rank = 0;  // 1 is the best; 0: it is not among the first of it
  double score = 0;  // BM25, or the cosine
};

// One question against one version: what is found, and how well each row of it covers the question. All that it is made
// from must outlive it; `query` has passed CheckVectors.
class SemanticRanking {
 public:
  // `accept`: what may be found of the rows visible at the version.
  SemanticRanking(const DatasetView& view, std::string_view question, const SemanticQuery& query,
                  absl::FunctionRef<bool(const Row&)> accept)
      : view_(view), question_(question), query_(query), accept_(accept) {}

  // The best rows of kSemantic or kHybrid, best first: at most `limit`, as many as there are.
  std::vector<RankedRow> Rank(Strategy strategy, size_t limit);

  // Of a row that was found.
  double Coverage(uint32_t row) const;
  RankPart Lexical(uint32_t row) const { return PartOf(lexical_, row); }
  RankPart Semantic(uint32_t row) const { return PartOf(semantic_, row); }

 private:
  struct Place {
    RankPart part;
    double coverage = 0;  // by words
  };
  using Places = absl::flat_hash_map<uint32_t, Place>;  // by row

  static RankPart PartOf(const Places& places, uint32_t row) {
    const auto found = places.find(row);
    return found == places.end() ? RankPart() : found->second.part;
  }
  std::vector<RankedRow> RankSemantic(size_t limit);
  std::vector<RankedRow> RankLexical(size_t limit);

  const DatasetView& view_;
  const std::string_view question_;
  const SemanticQuery& query_;
  const absl::FunctionRef<bool(const Row&)> accept_;
  Places lexical_, semantic_;
};

// An example that a search by meaning has found.
struct FoundExample {
  ScoredExample example;
  RankPart lexical, semantic;
};

// The TRAIN examples of the version that kSemantic or kHybrid rank best, at most `limit`, without the choice of a set
// and the weights of examples. Errors: those of CheckVectors.
absl::StatusOr<std::vector<FoundExample>> SearchByMeaning(const DatasetView& view, Strategy strategy,
                                                          std::string_view question, const SemanticQuery* query,
                                                          size_t limit);

}  // namespace attune

#endif  // ATTUNE_DATASET_SEMANTIC_RANKING_H_
