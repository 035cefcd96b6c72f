#include "dataset/selection.h"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "base/analyzer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"
#include "dataset/diversity.h"
#include "dataset/row.h"
#include "dataset/search.h"
#include "dataset/semantic_selection.h"

namespace attune {
namespace {

// Candidates looked at by MMR and the label cap. Fewer than k are chosen if the cap leaves no more of them.
constexpr size_t kMinPool = 20;
constexpr size_t kPoolPerExample = 4;
constexpr size_t kPoolWithCap = 200;

size_t PoolOf(const SelectionPolicy& policy) {
  const auto k = static_cast<size_t>(policy.k);
  return std::max({kMinPool, k * kPoolPerExample, policy.max_per_label > 0 ? kPoolWithCap : 0});
}

// What duplicates have in common. Of "?" and "!" normalisation leaves nothing, but they are not the same.
std::string DuplicateKey(const std::string& input) {
  std::string key = NormalizeText(input);
  return key.empty() ? input : key;
}

class Excluded {
 public:
  explicit Excluded(const Exclusion* exclusion)
      : exclusion_(exclusion), input_(exclusion == nullptr ? "" : DuplicateKey(exclusion->input)) {}
  bool operator()(const Example& example) const {
    if (exclusion_ == nullptr) return false;
    return (!exclusion_->id.empty() && example.id == exclusion_->id) || DuplicateKey(example.input) == input_;
  }

 private:
  const Exclusion* exclusion_;
  const std::string input_;
};

absl::StatusOr<Selection> SelectFixed(const DatasetView& view, const SelectionPolicy& policy,
                                      const Excluded& excluded) {
  Selection selection;
  for (size_t i = 0; i < policy.example_ids.size(); ++i) {
    const std::string& id = policy.example_ids[i];
    ExamplePtr example = view.Find(id);
    if (example == nullptr || example->split == Split::kTest) {
      return Error(absl::StatusCode::kNotFound, "EXAMPLE_NOT_FOUND")
          .Message(StrCat("version ", view.version(), " of the dataset has no example '", id, "' that may be shown",
                          example == nullptr ? "" : ": it is held out for tests"))
          .With("example", id)
          .With("version", view.version());
    }
    if (excluded(*example) || static_cast<int32_t>(selection.examples.size()) >= policy.k) continue;
    selection.examples.push_back(
        {.example = std::move(example), .rank = static_cast<int32_t>(selection.examples.size())});
  }
  return selection;
}

// Weighted draw without replacement: the k largest keys u^(1/w). Efraimidis and Spirakis, "Weighted random sampling
// with a reservoir", 2006. u comes from a hash of seed, question and id, so the draw is the same every time.
Selection SelectRandom(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                       const Excluded& excluded) {
  std::vector<std::pair<double, ExamplePtr>> keys;
  const uint64_t seed = Hash64(question, static_cast<uint64_t>(policy.seed));
  const auto k = static_cast<size_t>(policy.k);
  view.Visit(0, [&](uint64_t, const ExamplePtr& example) {
    if (example->split == Split::kTest || excluded(*example)) return true;
    const double u = (static_cast<double>(Hash64(example->id, seed) >> 11) + 1) * 0x1.0p-53;
    keys.emplace_back(std::log(u) / example->weight, example);
    return true;
  });
  const size_t keep = std::min(k, keys.size());
  std::partial_sort(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(keep), keys.end(),
                    [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first : a.second->id < b.second->id;
                    });
  Selection selection;
  for (size_t i = 0; i < keep; ++i) {
    selection.examples.push_back({.example = std::move(keys[i].second), .rank = static_cast<int32_t>(i)});
  }
  return selection;
}

Selection SelectLexical(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                        const Excluded& excluded) {
  Selection selection;
  const Dataset& dataset = *view.dataset();
  const Bm25Query query(dataset, view.version(), question);
  const auto k = static_cast<size_t>(policy.k);
  std::vector<RankedRow> ranked =
      query.Search(PoolOf(policy), [&](const Row& row) { return row.train && !excluded(*row.example); });
  if (!ranked.empty()) selection.coverage = query.Coverage(ranked.front().score);
  std::erase_if(ranked, [&](const RankedRow& row) { return query.Coverage(row.score) < policy.min_coverage; });
  for (const RankedRow& chosen : Diversify(dataset, ranked, k, policy.diversity, policy.max_per_label)) {
    selection.examples.push_back({.example = dataset.RowAt(chosen.row).example,
                                  .score = chosen.score,
                                  .coverage = query.Coverage(chosen.score),
                                  .rank = static_cast<int32_t>(selection.examples.size())});
  }
  return selection;
}

absl::StatusOr<Selection> SelectByMeaning(const DatasetView& view, const SelectionPolicy& policy,
                                          std::string_view question, const SemanticQuery* semantic,
                                          const Excluded& excluded) {
  const absl::Status vectors = CheckVectors(view, semantic);
  if (vectors.ok() && semantic != nullptr && semantic->index != nullptr) {
    return SelectSemantic(view, policy, question, *semantic, PoolOf(policy),
                          [&](const Row& row) { return row.train && !excluded(*row.example); });
  }
  if (!vectors.ok() && !policy.fallback_to_lexical) return vectors;
  Selection selection = SelectLexical(view, policy, question, excluded);
  selection.fell_back = !vectors.ok();
  return selection;
}

// How near the nearest example is, shown or not: what other strategies choose says nothing about it.
double LexicalCoverage(const DatasetView& view, std::string_view question, const Excluded& excluded) {
  const Bm25Query query(*view.dataset(), view.version(), question);
  const auto best = query.Search(1, [&](const Row& row) { return row.train && !excluded(*row.example); });
  return best.empty() ? 0 : query.Coverage(best.front().score);
}

void Order(std::vector<ScoredExample>& examples, ExampleOrder order) {
  if (order == ExampleOrder::kBestLast) std::reverse(examples.begin(), examples.end());
  if (order == ExampleOrder::kById) {
    std::sort(examples.begin(), examples.end(),
              [](const ScoredExample& a, const ScoredExample& b) { return a.example->id < b.example->id; });
  }
}

}  // namespace

absl::StatusOr<Selection> SelectExamples(const DatasetView& view, const SelectionPolicy& policy,
                                         std::string_view question, const Exclusion* exclusion,
                                         const SemanticQuery* semantic) {
  const Excluded excluded(exclusion);
  Selection selection;
  if (policy.strategy == Strategy::kFixed) {  // in the order in which the prompt names them
    ATTUNE_ASSIGN_OR_RETURN(selection, SelectFixed(view, policy, excluded));
  }
  if (view.dataset() == nullptr) return selection;
  if (policy.strategy == Strategy::kRandom) selection = SelectRandom(view, policy, question, excluded);
  if (policy.strategy == Strategy::kLexical) {
    selection = SelectLexical(view, policy, question, excluded);
  } else if (policy.strategy == Strategy::kSemantic || policy.strategy == Strategy::kHybrid) {
    ATTUNE_ASSIGN_OR_RETURN(selection, SelectByMeaning(view, policy, question, semantic, excluded));
  } else {
    selection.coverage = LexicalCoverage(view, question, excluded);
  }
  if (policy.strategy != Strategy::kFixed) Order(selection.examples, policy.order);
  return selection;
}

}  // namespace attune
