#include "dataset/diversity.h"

#include <algorithm>

#include "dataset/label_cap.h"
#include "dataset/row.h"

namespace attune {
namespace {

struct Candidate {
  RankedRow ranked;
  double relevance = 0;   // score over the best one's
  double similarity = 0;  // to the nearest one chosen
};

}  // namespace

std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label) {
  return Diversify(dataset, ranked, k, diversity, max_per_label, [&](uint32_t row, uint32_t other) {
    return Similarity(dataset.RowAt(row).signature, dataset.RowAt(other).signature);
  });
}

std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label,
                                 absl::FunctionRef<double(uint32_t row, uint32_t other)> similarity) {
  std::vector<RankedRow> chosen;
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const RankedRow& entry : ranked) {
    // A best score of 0 or less (of cosines) tells nothing apart.
    candidates.push_back({entry, entry.score > 0 ? entry.score / ranked.front().score : 0, 0});
  }
  LabelCap cap(max_per_label);
  while (chosen.size() < k && !candidates.empty()) {
    const auto merit = [&](const Candidate& candidate) {
      return (1 - diversity) * candidate.relevance - diversity * candidate.similarity;
    };
    // The first of equals: candidates stay in the order of their rank.
    const auto next =
        chosen.empty() ? candidates.begin()
                       : std::max_element(candidates.begin(), candidates.end(),
                                          [&](const Candidate& a, const Candidate& b) { return merit(a) < merit(b); });
    const RankedRow taken = next->ranked;
    const ExampleView example = dataset.RowAt(taken.row).example;
    const bool full = cap.Full(example);
    if (!full) {
      chosen.push_back(taken);
      cap.Choose(example);
    }
    candidates.erase(next);
    if (full) continue;
    for (Candidate& candidate : candidates) {
      candidate.similarity = std::max(candidate.similarity, similarity(candidate.ranked.row, taken.row));
    }
  }
  return chosen;
}

}  // namespace attune
