#include "dataset/segment.h"

#include <algorithm>
#include <numeric>

namespace attune {
namespace {

// A (term, row) pair packed for sorting: equal terms become neighbours, their rows in order.
struct Occurrence {
  uint64_t term;
  uint32_t row;
  friend auto operator<=>(const Occurrence&, const Occurrence&) = default;
};

std::vector<Occurrence> SortedOccurrences(uint32_t begin, const std::vector<std::vector<uint64_t>>& terms) {
  size_t count = 0;
  for (const auto& row : terms) count += row.size();
  std::vector<Occurrence> occurrences;
  occurrences.reserve(count);
  for (size_t i = 0; i < terms.size(); ++i) {
    for (const uint64_t term : terms[i]) occurrences.push_back({term, begin + static_cast<uint32_t>(i)});
  }
  std::sort(occurrences.begin(), occurrences.end());
  return occurrences;
}

}  // namespace

std::shared_ptr<const Segment> Segment::Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms) {
  auto segment = std::make_shared<Segment>();
  segment->begin_ = begin;
  segment->end_ = begin + static_cast<uint32_t>(terms.size());
  const std::vector<Occurrence> occurrences = SortedOccurrences(begin, terms);
  std::vector<Posting> list;
  for (size_t i = 0; i < occurrences.size();) {
    const uint64_t term = occurrences[i].term;
    list.clear();
    for (; i < occurrences.size() && occurrences[i].term == term; ++i) {
      if (list.empty() || list.back().row != occurrences[i].row) list.push_back({occurrences[i].row, 0});
      ++list.back().count;
    }
    segment->Add(term, list);
  }
  segment->SortIds(rows);
  return segment;
}

std::shared_ptr<const Segment> Segment::Merge(const RowLog& rows, const Segment& left, const Segment& right) {
  auto merged = std::make_shared<Segment>();
  merged->begin_ = left.begin_;
  merged->end_ = right.end_;
  merged->postings_.reserve(left.postings_.size() + right.postings_.size());
  merged->terms_.reserve(std::max(left.terms_.size(), right.terms_.size()));
  for (const auto& [term, entry] : left.terms_) {
    merged->Add(term, left.Postings(term));
    // The right postings follow directly: they are of later rows.
    const std::span<const Posting> more = right.Postings(term);
    Term& added = merged->terms_[term];
    added.length += static_cast<uint32_t>(more.size());
    added.max_count = std::max(added.max_count, right.MaxCount(term));
    merged->postings_.insert(merged->postings_.end(), more.begin(), more.end());
  }
  for (const auto& [term, entry] : right.terms_) {
    if (!left.terms_.contains(term)) merged->Add(term, right.Postings(term));
  }
  merged->by_id_.resize(left.by_id_.size() + right.by_id_.size());
  std::merge(left.by_id_.begin(), left.by_id_.end(), right.by_id_.begin(), right.by_id_.end(), merged->by_id_.begin(),
             [&rows](uint32_t a, uint32_t b) { return rows[a].example->id < rows[b].example->id; });
  return merged;
}

void Segment::Add(uint64_t term, std::span<const Posting> postings) {
  Term entry{static_cast<uint32_t>(postings_.size()), static_cast<uint32_t>(postings.size()), 0};
  for (const Posting& posting : postings) entry.max_count = std::max(entry.max_count, posting.count);
  postings_.insert(postings_.end(), postings.begin(), postings.end());
  terms_[term] = entry;
}

void Segment::SortIds(const RowLog& rows) {
  by_id_.resize(size());
  std::iota(by_id_.begin(), by_id_.end(), begin_);
  std::stable_sort(by_id_.begin(), by_id_.end(),
                   [&rows](uint32_t a, uint32_t b) { return rows[a].example->id < rows[b].example->id; });
}

std::span<const Posting> Segment::Postings(uint64_t term) const {
  const auto found = terms_.find(term);
  if (found == terms_.end()) return {};
  return std::span(postings_).subspan(found->second.offset, found->second.length);
}

uint32_t Segment::MaxCount(uint64_t term) const {
  const auto found = terms_.find(term);
  return found == terms_.end() ? 0 : found->second.max_count;
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
