#include "dataset/term_cover.h"

#include <algorithm>
#include <utility>

#include "dataset/label_cap.h"
#include "dataset/row.h"

namespace attune {
namespace {

struct Candidate {
  RankedRow ranked;
  ExampleView example;
  std::vector<std::pair<size_t, double>> weights;  // terms of the question by index, those that the example has
  double alone = 0;                                // what it adds to nothing
  double gain = 0;                                 // at most this; exact if it was computed in this round
  size_t round = 0;
};

double Gain(const Candidate& candidate, const std::vector<double>& covered) {
  double gain = 0;
  for (const auto& [term, weight] : candidate.weights) gain += std::max(0.0, weight - covered[term]);
  return gain;
}

// The one that adds most, the first of equals. What an example adds never grows while the set does, so most need not be
// looked at again: Minoux, "Accelerated Greedy Algorithms for Maximizing Submodular Set Functions", 1978.
Candidate& BestOf(std::vector<Candidate>& candidates, const std::vector<double>& covered, size_t round) {
  while (true) {
    Candidate& best = *std::max_element(candidates.begin(), candidates.end(),
                                        [](const Candidate& a, const Candidate& b) { return a.gain < b.gain; });
    if (best.round == round) return best;
    best.gain = Gain(best, covered);
    best.round = round;
  }
}

std::vector<Candidate> CandidatesOf(const Dataset& dataset, const TermWeights& question,
                                    const std::vector<RankedRow>& ranked) {
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const RankedRow& entry : ranked) {
    Candidate& candidate = candidates.emplace_back(Candidate{.ranked = entry});
    candidate.example = dataset.RowAt(entry.row).example;
    const std::vector<double> weights = question.In(candidate.example.input());
    const double example_weight = candidate.example.weight();
    for (size_t term = 0; term < weights.size(); ++term) {
      if (weights[term] > 0) candidate.weights.emplace_back(term, weights[term] * example_weight);
    }
  }
  return candidates;
}

// Nothing is covered, so each adds all that it has, by itself.
void BeginAnew(std::vector<Candidate>& candidates, std::vector<double>& covered) {
  std::fill(covered.begin(), covered.end(), 0);
  for (Candidate& candidate : candidates) candidate.gain = candidate.alone;
}

}  // namespace

std::vector<RankedRow> CoverTerms(const Dataset& dataset, const TermWeights& question,
                                  const std::vector<RankedRow>& ranked, size_t k, int32_t max_per_label) {
  std::vector<RankedRow> chosen;
  std::vector<Candidate> candidates = CandidatesOf(dataset, question, ranked);
  LabelCap cap(max_per_label);
  std::vector<double> covered(question.terms().size(), 0);
  for (Candidate& candidate : candidates) candidate.gain = candidate.alone = Gain(candidate, covered);
  for (size_t round = 1; chosen.size() < k && !candidates.empty(); ++round) {
    Candidate* best = &BestOf(candidates, covered, round);
    if (best->gain <= 0) {  // all that can be is covered: once more
      BeginAnew(candidates, covered);
      best = &BestOf(candidates, covered, ++round);
    }
    if (!cap.Full(best->example)) {
      chosen.push_back(best->ranked);
      cap.Choose(best->example);
      for (const auto& [term, weight] : best->weights) covered[term] = std::max(covered[term], weight);
    }
    candidates.erase(candidates.begin() + (best - candidates.data()));
  }
  return chosen;
}

}  // namespace attune
