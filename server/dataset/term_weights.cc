#include "dataset/term_weights.h"

#include <algorithm>

#include "base/analyzer.h"
#include "base/strings.h"
#include "dataset/segment.h"

namespace attune {
namespace {

// Rows added at or before the version that have the term. `places`: those of them that are left.
uint32_t RowsWith(const Dataset& dataset, uint32_t places, uint64_t term) {
  uint32_t df = dataset.DroppedWith(term);
  for (const auto& segment : dataset.segments()) {
    if (segment->begin() >= places) break;
    const PostingList list = segment->Find(term);
    if (list.levels() > 0) df += RowsBefore(places - segment->begin(), segment->size(), list.rows(0));
  }
  return df;
}

}  // namespace

TermWeights::TermWeights(const Dataset& dataset, int64_t version, std::string_view question)
    : weights_(dataset.WeightsAt(version)), terms_(AnalyzeQuestion(question).terms) {
  std::sort(terms_.begin(), terms_.end());
  terms_.erase(std::unique(terms_.begin(), terms_.end()), terms_.end());
  if (terms_.size() > kMaxWeighedTerms) terms_.resize(kMaxWeighedTerms);  // the same ones that a search takes
  const uint32_t rows = dataset.StatisticsAt(version).rows;
  const uint32_t places = dataset.PlacesAt(version);
  idfs_.reserve(terms_.size());
  for (const uint64_t term : terms_) idfs_.push_back(Bm25Idf(rows, RowsWith(dataset, places, term)));
}

std::vector<double> TermWeights::In(std::string_view text) const {
  const std::vector<uint64_t> in_text = AnalyzeText(CutUtf8(text, kMaxWeighedBytes));
  std::vector<uint32_t> counts(terms_.size(), 0);
  for (const uint64_t term : in_text) {
    const auto found = std::lower_bound(terms_.begin(), terms_.end(), term);
    if (found == terms_.end() || *found != term) continue;
    uint32_t& count = counts[static_cast<size_t>(found - terms_.begin())];
    count = std::min(count + 1, kMaxTermCount);
  }
  std::vector<double> weights(terms_.size(), 0);
  for (size_t i = 0; i < weights.size(); ++i) {
    if (counts[i] > 0) weights[i] = idfs_[i] * weights_->Saturation(counts[i], static_cast<uint32_t>(in_text.size()));
  }
  return weights;
}

}  // namespace attune
