#include "dataset/selection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"
#include "dataset/choose_set.h"
#include "dataset/coverage.h"
#include "dataset/row.h"
#include "dataset/search.h"
#include "dataset/semantic_selection.h"
#include "dataset/showable.h"

namespace attune {
namespace {

absl::StatusOr<Selection> SelectFixed(const DatasetView& view, const SelectionPolicy& policy,
                                      const Showable& showable) {
  Selection selection;
  for (size_t i = 0; i < policy.example_ids.size(); ++i) {
    const std::string& id = policy.example_ids[i];
    const ExampleView example = view.Find(id);
    if (!example || example.split() == Split::kTest) {
      return Error(absl::StatusCode::kNotFound, "EXAMPLE_NOT_FOUND")
          .Message(StrCat("version ", view.version(), " of the dataset has no example '", id, "' that may be shown",
                          !example ? "" : ": it is held out for tests"))
          .With("example", id)
          .With("version", view.version());
    }
    if (!showable(example) || static_cast<int32_t>(selection.examples.size()) >= policy.k) continue;
    selection.examples.push_back({.example = example, .rank = static_cast<int32_t>(selection.examples.size())});
  }
  return selection;
}

// Weighted draw without replacement: the k largest keys u^(1/w). Efraimidis and Spirakis, "Weighted random sampling
// with a reservoir", 2006. u comes from a hash of seed, question and id, so the draw is the same every time.
Selection SelectRandom(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                       const Showable& showable) {
  std::vector<std::pair<double, ExampleView>> keys;
  const uint64_t seed = Hash64(question, static_cast<uint64_t>(policy.seed));
  const auto k = static_cast<size_t>(policy.k);
  view.Visit(0, [&](uint64_t, ExampleView example) {
    if (!showable(example)) return true;
    const double u = (static_cast<double>(Hash64(example.id(), seed) >> 11) + 1) * 0x1.0p-53;
    keys.emplace_back(std::log(u) / example.weight(), example);
    return true;
  });
  const size_t keep = std::min(k, keys.size());
  std::partial_sort(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(keep), keys.end(),
                    [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first : a.second.id() < b.second.id();
                    });
  Selection selection;
  for (size_t i = 0; i < keep; ++i) {
    selection.examples.push_back({.example = keys[i].second, .rank = static_cast<int32_t>(i)});
  }
  return selection;
}

Selection SelectLexical(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                        const Showable& showable) {
  Selection selection;
  const Dataset& dataset = *view.dataset();
  const Bm25Query query(dataset, view.version(), question);
  std::vector<RankedRow> ranked = query.Search(PoolSize(policy), showable);
  const QuestionCoverage coverage(dataset, view.version(), query, ranked);
  if (!ranked.empty()) selection.coverage = coverage.Of(ranked.front().score);
  if (policy.min_coverage > 0) {
    std::erase_if(ranked, [&](const RankedRow& row) { return coverage.Of(row.score) < policy.min_coverage; });
  }
  const std::vector<RankedRow> set = ChooseSet(view, policy, question, std::move(ranked));
  selection.examples.reserve(set.size());
  for (const RankedRow& chosen : set) {
    const ExampleView example = dataset.RowAt(chosen.row).example;
    selection.examples.push_back({.example = example,
                                  .score = chosen.score,
                                  .coverage = coverage.Of(chosen.score / example.weight()),
                                  .rank = static_cast<int32_t>(selection.examples.size())});
  }
  return selection;
}

absl::StatusOr<Selection> SelectByMeaning(const DatasetView& view, const SelectionPolicy& policy,
                                          std::string_view question, const SemanticQuery* semantic,
                                          const Showable& showable) {
  const absl::Status vectors = CheckVectors(view, semantic);
  if (vectors.ok() && semantic != nullptr && semantic->index != nullptr) {
    return SelectSemantic(view, policy, question, *semantic, PoolSize(policy), showable);
  }
  if (!vectors.ok() && !policy.fallback_to_lexical) return vectors;
  // Or there is nothing to choose from, which needs no vectors.
  Selection selection = SelectLexical(view, policy, question, showable);
  selection.fell_back = !vectors.ok();
  return selection;
}

// How near the nearest example is, shown or not: what other strategies choose says nothing about it.
double LexicalCoverage(const DatasetView& view, std::string_view question, const Showable& showable) {
  const Bm25Query query(*view.dataset(), view.version(), question);
  const auto best = query.Search(kCoverageRows, showable);
  return best.empty() ? 0 : QuestionCoverage(*view.dataset(), view.version(), query, best).Of(best.front().score);
}

void Order(std::vector<ScoredExample>& examples, ExampleOrder order) {
  if (order == ExampleOrder::kBestLast) std::reverse(examples.begin(), examples.end());
  if (order == ExampleOrder::kById) {
    std::sort(examples.begin(), examples.end(),
              [](const ScoredExample& a, const ScoredExample& b) { return a.example.id() < b.example.id(); });
  }
}

}  // namespace

absl::StatusOr<Selection> SelectExamples(const DatasetView& view, const SelectionPolicy& policy,
                                         std::string_view question, const Exclusion* exclusion,
                                         const SemanticQuery* semantic) {
  const Showable showable(policy, exclusion);
  Selection selection;
  if (policy.strategy == Strategy::kFixed) {  // in the order in which the prompt names them
    ATTUNE_ASSIGN_OR_RETURN(selection, SelectFixed(view, policy, showable));
  }
  if (view.dataset() == nullptr) return selection;
  if (policy.strategy == Strategy::kRandom) selection = SelectRandom(view, policy, question, showable);
  if (policy.strategy == Strategy::kLexical) {
    selection = SelectLexical(view, policy, question, showable);
  } else if (policy.strategy == Strategy::kSemantic || policy.strategy == Strategy::kHybrid) {
    ATTUNE_ASSIGN_OR_RETURN(selection, SelectByMeaning(view, policy, question, semantic, showable));
  } else {
    selection.coverage = LexicalCoverage(view, question, showable);
  }
  if (policy.strategy != Strategy::kFixed) Order(selection.examples, policy.order);
  selection.dataset = view.dataset();
  return selection;
}

}  // namespace attune
