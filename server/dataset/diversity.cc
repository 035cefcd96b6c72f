#include "dataset/diversity.h"

#include <algorithm>

#include "dataset/label_cap.h"
#include "dataset/row.h"

namespace attune {
namespace {

struct Candidate {
  RankedRow ranked;
  const Row* row = nullptr;
  double relevance = 0;   // score over the best one's
  double similarity = 0;  // to the nearest one chosen
};

}  // namespace

std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label) {
  std::vector<RankedRow> chosen;
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const RankedRow& entry : ranked) {
    candidates.push_back({entry, &dataset.RowAt(entry.row), entry.score / ranked.front().score, 0});
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
    const Row& row = *next->row;
    const bool full = cap.Full(*row.example);
    if (!full) {
      chosen.push_back(next->ranked);
      cap.Choose(*row.example);
    }
    candidates.erase(next);
    if (full) continue;
    for (Candidate& candidate : candidates) {
      candidate.similarity = std::max(candidate.similarity, Similarity(candidate.row->signature, row.signature));
    }
  }
  return chosen;
}

}  // namespace attune
