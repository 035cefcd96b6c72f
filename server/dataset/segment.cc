#include "dataset/segment.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "dataset/bm25.h"
#include "dataset/segment_filler.h"

namespace attune {
namespace {

// A (term, row) pair for sorting: equal terms become neighbours, their rows in order.
struct Occurrence {
  uint64_t term;
  uint32_t slot;
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
  friend bool operator<(const Occurrence& a, const Occurrence& b) {
    return a.term != b.term ? a.term < b.term : a.slot < b.slot;
  }
};

std::vector<Occurrence> SortedOccurrences(const std::vector<std::vector<uint64_t>>& terms) {
  size_t count = 0;
  for (const auto& row : terms) count += row.size();
  std::vector<Occurrence> occurrences;
  occurrences.reserve(count);
  for (size_t slot = 0; slot < terms.size(); ++slot) {
    for (const uint64_t term : terms[slot]) occurrences.push_back({term, static_cast<uint32_t>(slot)});
  }
  std::sort(occurrences.begin(), occurrences.end());
  return occurrences;
}

auto ById(const RowLog& rows) {
  return [&rows](uint32_t a, uint32_t b) { return rows[a].example->id < rows[b].example->id; };
}

}  // namespace

void Segment::SetLengths(std::vector<uint16_t> lengths) {
  lengths_ = std::move(lengths);
  total_length_ = std::accumulate(lengths_.begin(), lengths_.end(), uint64_t{0});
  const Bm25Weights weights(average_length());
  weights_.reserve(PaddedRows(size()));
  for (const uint16_t length : lengths_) {
    weights_.push_back(static_cast<uint8_t>(std::ceil(weights.Once(length) * kWeightsPerOnce)));  // at most 217
  }
  weights_.resize(PaddedRows(size()));
}

std::shared_ptr<const Segment> Segment::Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms) {
  auto segment = std::make_shared<Segment>();
  segment->begin_ = begin;
  std::vector<uint16_t> lengths;
  lengths.reserve(terms.size());
  for (const auto& row : terms) lengths.push_back(static_cast<uint16_t>(std::min<size_t>(row.size(), kMaxInputTerms)));
  segment->SetLengths(std::move(lengths));
  const std::vector<Occurrence> occurrences = SortedOccurrences(terms);
  Filler filler(*segment);
  for (auto at = occurrences.begin(); at != occurrences.end();) {
    const auto first = at;
    at = std::find_if(at, occurrences.end(), [first](const Occurrence& other) { return other != *first; });
    filler.Add(first->slot, static_cast<uint32_t>(std::min<ptrdiff_t>(at - first, kMaxTermCount)));
    if (at == occurrences.end() || at->term != first->term) filler.Finish(first->term);
  }
  segment->slots_.shrink_to_fit();
  segment->many_.shrink_to_fit();
  segment->levels_.shrink_to_fit();
  segment->bits_.shrink_to_fit();
  segment->by_id_.resize(terms.size());
  std::iota(segment->by_id_.begin(), segment->by_id_.end(), begin);
  std::stable_sort(segment->by_id_.begin(), segment->by_id_.end(), ById(rows));
  return segment;
}

std::shared_ptr<const Segment> Segment::Merge(const RowLog& rows, const Segment& left, const Segment& right) {
  auto merged = std::make_shared<Segment>();
  merged->begin_ = left.begin_;
  std::vector<uint16_t> lengths;
  lengths.reserve(left.size() + right.size());
  lengths.insert(lengths.end(), left.lengths_.begin(), left.lengths_.end());
  lengths.insert(lengths.end(), right.lengths_.begin(), right.lengths_.end());
  merged->SetLengths(std::move(lengths));
  merged->slots_.reserve(left.slots_.size() + right.slots_.size());
  merged->terms_.reserve(std::max(left.terms_.size(), right.terms_.size()));
  Filler filler(*merged);
  const auto add = [&](uint64_t term) {
    filler.Add(left, term, 0);
    filler.Add(right, term, left.size());
    filler.Finish(term);
  };
  for (const auto& [term, entry] : left.terms_) add(term);
  for (const auto& [term, entry] : right.terms_) {
    if (!left.terms_.contains(term)) add(term);
  }
  merged->levels_.shrink_to_fit();
  merged->slots_.shrink_to_fit();
  merged->bits_.shrink_to_fit();
  merged->by_id_.resize(merged->size());
  std::merge(left.by_id_.begin(), left.by_id_.end(), right.by_id_.begin(), right.by_id_.end(), merged->by_id_.begin(),
             ById(rows));
  return merged;
}

double Segment::average_length() const {
  return size() == 0 ? 1 : std::max(1.0, static_cast<double>(total_length_) / size());
}

int64_t Segment::FindRow(const RowLog& rows, std::string_view id, int64_t version) const {
  auto at = std::lower_bound(by_id_.begin(), by_id_.end(), id, [&rows](uint32_t row, std::string_view wanted) {
    return std::string_view(rows[row].example->id) < wanted;
  });
  for (; at != by_id_.end() && rows[*at].example->id == id; ++at) {
    if (rows[*at].VisibleAt(version)) return *at;
  }
  return -1;
}

}  // namespace attune
