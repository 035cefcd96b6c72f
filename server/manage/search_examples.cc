#include "manage/search_examples.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/explain.h"
#include "dataset/semantic_ranking.h"
#include "manage/catalog_reads.h"
#include "manage/convert.h"

namespace attune {
namespace {

constexpr int32_t kDefaultSearchLimit = 10;

absl::Status CheckText(const v1::SearchExamplesRequest& request) {
  if (request.query().empty()) return BadField("MISSING_INPUT", "query", "say what to search for");
  if (request.query().size() > kMaxExampleTextBytes) {
    return BadField("TOO_LARGE", "query", StrCat("the limit is ", kMaxExampleTextBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Strategy> SearchStrategy(v1::Strategy strategy) {
  switch (strategy) {
    case v1::STRATEGY_UNSPECIFIED:
    case v1::LEXICAL:
      return Strategy::kLexical;
    case v1::SEMANTIC:
      return Strategy::kSemantic;
    case v1::HYBRID:
      return Strategy::kHybrid;
    default:
      return BadField("BAD_PARAMETER", "strategy", "does not search; use LEXICAL, SEMANTIC or HYBRID");
  }
}

std::vector<FoundExample> SearchByWords(const ExampleSearch& search, const std::string& query) {
  std::vector<FoundExample> found;
  for (const ScoredExample& one : search.view.Search(query, search.limit, [&](ExampleView example) {
         return !search.split || example.split() == *search.split;
       })) {
    const RankPart part = {.rank = one.rank + 1, .score = one.score};
    found.push_back({.example = one, .lexical = part, .semantic = {}});
  }
  return found;
}

void AddPart(const RankPart& part, v1::RankPart& proto) {
  proto.set_rank(part.rank);
  proto.set_score(part.score);
}

void Explain(const ScoreExplainer& explainer, const FoundExample& found, v1::ScoredExample& proto) {
  if (found.semantic.rank > 0) AddPart(found.semantic, *proto.mutable_semantic());
  if (found.lexical.rank == 0) return;
  AddPart(found.lexical, *proto.mutable_lexical());
  for (const WordShare& word : explainer.Explain(found.example.example.input())) {
    v1::WordShare& added = *proto.add_words();
    added.set_word(word.word);
    added.set_share(word.share);
  }
}

}  // namespace

absl::StatusOr<ExampleSearch> ResolveSearch(const Catalog& catalog, const v1::SearchExamplesRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckText(request));
  if (request.limit() < 0 || request.limit() > kMaxExamples) {
    return BadField("BAD_PARAMETER", "limit", StrCat("must be 1 to ", kMaxExamples, "; 0 means 10"));
  }
  ExampleSearch search;
  search.limit = static_cast<size_t>(request.limit() == 0 ? kDefaultSearchLimit : request.limit());
  ATTUNE_ASSIGN_OR_RETURN(search.split, SplitFilter(request.split()));
  ATTUNE_ASSIGN_OR_RETURN(search.strategy, SearchStrategy(request.strategy()));
  const bool by_meaning = search.strategy != Strategy::kLexical;
  if (by_meaning && search.split == Split::kTest) {
    return BadField("BAD_PARAMETER", "split", "TEST examples have no vectors; search them by LEXICAL");
  }
  ATTUNE_ASSIGN_OR_RETURN(ResolvedDataset dataset, ResolveDataset(catalog, request.dataset(), 0, ""));
  search.view = std::move(dataset.view);
  if (by_meaning) {
    search.vectors = {.dataset = std::move(dataset.name),
                      .settings = search.view.dataset()->Settings(search.view.version()).embedding};
  }
  return search;
}

absl::StatusOr<v1::SearchExamplesResponse> SearchExamples(const ExampleSearch& search,
                                                          const v1::SearchExamplesRequest& request,
                                                          const SemanticQuery* semantic) {
  std::vector<FoundExample> found;
  if (search.vectors.has_value()) {
    ATTUNE_ASSIGN_OR_RETURN(found,
                            SearchByMeaning(search.view, search.strategy, request.query(), semantic, search.limit));
  } else {
    found = SearchByWords(search, request.query());
  }
  v1::SearchExamplesResponse response;
  response.set_version(search.view.version());
  std::optional<ScoreExplainer> explainer;
  if (request.explain()) explainer.emplace(*search.view.dataset(), search.view.version(), request.query());
  size_t bytes = 0;
  for (const FoundExample& one : found) {
    if (bytes >= kMaxPageBytes) break;
    v1::ScoredExample& added = *response.add_examples() = ToProto(one.example);
    if (explainer) Explain(*explainer, one, added);
    bytes += added.ByteSizeLong();
  }
  return response;
}

}  // namespace attune
