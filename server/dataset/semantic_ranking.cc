#include "dataset/semantic_ranking.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "dataset/coverage.h"
#include "dataset/dot_product.h"
#include "dataset/rank_fusion.h"
#include "dataset/search.h"

namespace attune {

std::vector<RankedRow> SemanticRanking::RankSemantic(size_t limit) {
  std::vector<RankedRow> ranked = query_.index->Search(query_.question, limit, [this](uint32_t position) {
    const Row& row = view_.dataset()->RowAt(position);
    return row.VisibleAt(view_.version()) && accept_(row);
  });
  for (const RankedRow& row : ranked) {
    const auto rank = static_cast<int32_t>(semantic_.size() + 1);
    semantic_[row.row] = {.part = {.rank = rank, .score = row.score}};
  }
  return ranked;
}

std::vector<RankedRow> SemanticRanking::RankLexical(size_t limit) {
  const Bm25Query bm25(*view_.dataset(), view_.version(), question_);
  std::vector<RankedRow> ranked = bm25.Search(limit, accept_);
  const QuestionCoverage coverage(*view_.dataset(), view_.version(), bm25, ranked);
  for (const RankedRow& row : ranked) {
    const auto rank = static_cast<int32_t>(lexical_.size() + 1);
    lexical_[row.row] = {.part = {.rank = rank, .score = row.score}, .coverage = coverage.Of(row.score)};
  }
  return ranked;
}

std::vector<RankedRow> SemanticRanking::Rank(Strategy strategy, size_t limit) {
  if (strategy != Strategy::kHybrid) return RankSemantic(limit);
  const size_t places = std::max(limit, kFusedPlaces);
  const std::vector<RankedRow> lexical = RankLexical(places), semantic = RankSemantic(places);
  const RankedList lists[] = {{lexical}, {semantic}};
  return FuseRankings(lists);
}

double SemanticRanking::Coverage(uint32_t row) const {
  const std::span<const float> vector = query_.index->VectorOf(row);
  const double cosine = vector.empty() ? 0 : DotProduct(vector.data(), query_.question.data(), vector.size());
  const auto lexical = lexical_.find(row);
  return std::clamp(lexical == lexical_.end() ? cosine : std::max(cosine, lexical->second.coverage), 0.0, 1.0);
}

absl::StatusOr<std::vector<FoundExample>> SearchByMeaning(const DatasetView& view, Strategy strategy,
                                                          std::string_view question, const SemanticQuery* query,
                                                          size_t limit) {
  std::vector<FoundExample> found;
  if (view.dataset() == nullptr) return found;
  ATTUNE_RETURN_IF_ERROR(CheckVectors(view, query));
  if (query == nullptr || view.dataset()->Version(view.version()).train == 0) return found;
  const auto accept = [](const Row& row) { return row.train; };
  SemanticRanking ranking(view, question, *query, accept);
  std::vector<RankedRow> ranked = ranking.Rank(strategy, limit);
  if (ranked.size() > limit) ranked.resize(limit);
  for (const RankedRow& row : ranked) {
    found.push_back({.example = {.example = view.dataset()->RowAt(row.row).example,
                                 .score = row.score,
                                 .coverage = ranking.Coverage(row.row),
                                 .rank = static_cast<int32_t>(found.size())},
                     .lexical = ranking.Lexical(row.row),
                     .semantic = ranking.Semantic(row.row)});
  }
  return found;
}

}  // namespace attune
