#include "dataset/choose_set.h"

#include <algorithm>
#include <utility>

#include "dataset/diversity.h"
#include "dataset/example_weight.h"
#include "dataset/term_cover.h"

namespace attune {
namespace {

constexpr size_t kMinPool = 20;
constexpr size_t kPoolPerExample = 4;
constexpr size_t kPoolWithCap = 200;

}  // namespace

size_t PoolSize(const SelectionPolicy& policy) {
  return std::max(
      {kMinPool, static_cast<size_t>(policy.k) * kPoolPerExample, policy.max_per_label > 0 ? kPoolWithCap : size_t{0}});
}

std::vector<RankedRow> ChooseSet(const DatasetView& view, const SelectionPolicy& policy, std::string_view question,
                                 std::vector<RankedRow> ranked, const RowSimilarity* similarity) {
  const Dataset& dataset = *view.dataset();
  const auto k = static_cast<size_t>(policy.k);
  if (k == 0) return {};
  WeighScores(dataset, ranked);
  // Without one, cosines below 0 are scores like others.
  if (policy.min_score > 0) std::erase_if(ranked, [&](const RankedRow& row) { return row.score < policy.min_score; });
  if (policy.choice == Choice::kTermCover) {
    return CoverTerms(dataset, TermWeights(dataset, view.version(), question), ranked, k, policy.max_per_label);
  }
  if (similarity == nullptr) return Diversify(dataset, ranked, k, policy.diversity, policy.max_per_label);
  return Diversify(dataset, ranked, k, policy.diversity, policy.max_per_label, *similarity);
}

}  // namespace attune
