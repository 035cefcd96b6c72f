#include "dataset/term_cover.h"

#include <algorithm>

#include "dataset/label_cap.h"
#include "dataset/row.h"

namespace attune {
namespace {

struct Candidate {
  RankedRow ranked;
  const Example* example = nullptr;
  std::vector<double> weights;  // of the question's terms
};

double Gain(const Candidate& candidate, const std::vector<double>& covered) {
  double gain = 0;
  for (size_t i = 0; i < covered.size(); ++i) gain += std::max(0.0, candidate.weights[i] - covered[i]);
  return gain;
}

// The one that adds most, the first of equals; nullptr if none adds anything.
const Candidate* BestOf(const std::vector<Candidate>& candidates, const std::vector<double>& covered) {
  const Candidate* best = nullptr;
  double most = 0;
  for (const Candidate& candidate : candidates) {
    const double gain = Gain(candidate, covered);
    if (gain <= most) continue;
    most = gain;
    best = &candidate;
  }
  return best;
}

std::vector<Candidate> CandidatesOf(const Dataset& dataset, const TermWeights& question,
                                    const std::vector<RankedRow>& ranked) {
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const RankedRow& entry : ranked) {
    const Example& example = *dataset.RowAt(entry.row).example;
    candidates.push_back({entry, &example, question.In(example.input)});
    for (double& weight : candidates.back().weights) weight *= example.weight;
  }
  return candidates;
}

}  // namespace

std::vector<RankedRow> CoverTerms(const Dataset& dataset, const TermWeights& question,
                                  const std::vector<RankedRow>& ranked, size_t k, int32_t max_per_label) {
  std::vector<RankedRow> chosen;
  std::vector<Candidate> candidates = CandidatesOf(dataset, question, ranked);
  LabelCap cap(max_per_label);
  const std::vector<double> nothing(question.terms().size(), 0);
  std::vector<double> covered = nothing;
  while (chosen.size() < k && !candidates.empty()) {
    const Candidate* best = BestOf(candidates, covered);
    if (best == nullptr && covered != nothing) {
      covered = nothing;  // all that can be is covered: once more
      continue;
    }
    // What shares no term is there if another strategy found it: in the order of its rank.
    const auto next = candidates.begin() + (best == nullptr ? 0 : best - candidates.data());
    if (!cap.Full(*next->example)) {
      chosen.push_back(next->ranked);
      cap.Choose(*next->example);
      for (size_t i = 0; i < covered.size(); ++i) covered[i] = std::max(covered[i], next->weights[i]);
    }
    candidates.erase(next);
  }
  return chosen;
}

}  // namespace attune
