#include "dataset/diversity.h"

#include <algorithm>

#include "dataset/label_cap.h"
#include "dataset/row.h"
#include "dataset/simhash.h"

namespace attune {
namespace {

struct Candidate {
  RankedRow ranked;
  const Row* row = nullptr;
  double relevance = 0;   // score over the best one's
  double similarity = 0;  // to the nearest one chosen
};

// Similar: double(const Candidate&, const Candidate&). A template, for it is asked for nearly every pair.
template <typename Similar>
std::vector<RankedRow> DiversifyBy(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                   double diversity, int32_t max_per_label, Similar similar) {
  std::vector<RankedRow> chosen;
  chosen.reserve(std::min(k, ranked.size()));
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const RankedRow& entry : ranked) {
    // A best score of 0 or less (of cosines) tells nothing apart.
    const double relevance = entry.score > 0 ? entry.score / ranked.front().score : 0;
    candidates.push_back({entry, &dataset.RowAt(entry.row), relevance, 0});
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
    const Candidate taken = *next;
    const bool full = cap.Full(taken.row->example);
    if (!full) {
      chosen.push_back(taken.ranked);
      cap.Choose(taken.row->example);
    }
    candidates.erase(next);
    if (full || chosen.size() == k) continue;
    for (Candidate& candidate : candidates) {
      candidate.similarity = std::max(candidate.similarity, similar(candidate, taken));
    }
  }
  return chosen;
}

}  // namespace

std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label) {
  return DiversifyBy(dataset, ranked, k, diversity, max_per_label, [](const Candidate& a, const Candidate& b) {
    return Similarity(a.row->signature, b.row->signature);
  });
}

std::vector<RankedRow> Diversify(const Dataset& dataset, const std::vector<RankedRow>& ranked, size_t k,
                                 double diversity, int32_t max_per_label,
                                 absl::FunctionRef<double(uint32_t row, uint32_t other)> similarity) {
  return DiversifyBy(dataset, ranked, k, diversity, max_per_label,
                     [&](const Candidate& a, const Candidate& b) { return similarity(a.ranked.row, b.ranked.row); });
}

}  // namespace attune
