#include "tests/bench/micro/exhaustive_ranking.h"

#include <algorithm>
#include <set>

#include "base/analyzer.h"

namespace attune {

ExhaustiveRanking::ExhaustiveRanking(const DatasetPtr& dataset, std::span<const LabelledQuestion> questions)
    : weights_(dataset->WeightsAt(1)) {
  for (const LabelledQuestion& question : questions) {
    for (const uint64_t term : AnalyzeQuestion(question.text).terms) occurrences_[term];
  }
  DatasetView(dataset, 1).Visit(0, [&](uint64_t position, ExampleView example) {
    const auto row = static_cast<uint32_t>(position);
    const std::vector<uint64_t> terms = AnalyzeText(example.input());
    lengths_.push_back(static_cast<uint32_t>(terms.size()));
    for (const uint64_t term : terms) {
      const auto found = occurrences_.find(term);
      if (found == occurrences_.end()) continue;
      std::vector<Posting>& rows = found->second;
      if (rows.empty() || rows.back().row != row) rows.push_back({row, 0});
      rows.back().count = std::min(rows.back().count + 1, kMaxTermCount);
    }
    return true;
  });
}

std::vector<RankedRow> ExhaustiveRanking::Search(const std::string& question, size_t limit) const {
  const std::vector<uint64_t> all = AnalyzeQuestion(question).terms;
  const auto rows = static_cast<uint32_t>(lengths_.size());
  const auto idf_of = [&](const std::vector<Posting>& found) {
    return Bm25Idf(rows, static_cast<uint32_t>(found.size()));
  };
  double idf_sum = 0;
  std::vector<const std::vector<Posting>*> lists;
  for (const uint64_t term : std::set<uint64_t>(all.begin(), all.end())) {
    lists.push_back(&occurrences_.find(term)->second);
    idf_sum += idf_of(*lists.back());
  }
  const double unit = MassUnit(idf_sum);
  std::vector<Mass> masses(rows, 0);
  for (const std::vector<Posting>* list : lists) {
    const Mass mass = ToMass(idf_of(*list), unit);
    for (const Posting& one : *list) {
      masses[one.row] += one.count == 1 ? mass : weights_->Repeat(mass, one.count, lengths_[one.row]);
    }
  }
  std::vector<RankedRow> ranked;
  for (uint32_t row = 0; row < rows; ++row) {
    if (masses[row] > 0) ranked.push_back({row, weights_->Score(masses[row], lengths_[row]) * unit});
  }
  const size_t kept = std::min(limit, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(kept), ranked.end(), RanksBefore);
  ranked.resize(kept);
  return ranked;
}

}  // namespace attune
