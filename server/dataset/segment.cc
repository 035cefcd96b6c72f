#include "dataset/segment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "dataset/bm25.h"

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

// A term has counts of its own if at least one row in so many has it: they take 2 bits a row, a slot 32. In a segment
// of fewer rows than the second all lists are short.
constexpr size_t kRowsPerCounted = 16;
constexpr size_t kCountedFrom = 1'024;

float RoundUp(double bound) { return std::nextafter(static_cast<float>(bound), std::numeric_limits<float>::max()); }

auto ById(const RowLog& rows) {
  return [&rows](uint32_t a, uint32_t b) { return rows[a].example->id < rows[b].example->id; };
}

}  // namespace

// Adds the postings of a segment whose lengths are known.
class Segment::Filler {
 public:
  explicit Filler(Segment& segment) : segment_(segment), weights_(segment.average_length()) {}

  // All rows of one term in order, then Finish.
  void Add(uint32_t slot, uint32_t count) {
    segment_.slots_.push_back(slot);
    if (count > 1) segment_.repeats_.push_back({slot, count});
    max_saturation_ = std::max(max_saturation_, weights_.Saturation(count, segment_.lengths_[slot]));
    max_repeats_ = std::max(max_repeats_, weights_.Repeats(count, segment_.lengths_[slot]));
  }
  void Add(const PostingList& list, uint32_t first_slot) {
    auto repeat = list.repeats.begin();
    for (const uint32_t slot : list.slots) {
      const bool once = repeat == list.repeats.end() || repeat->slot != slot;
      Add(first_slot + slot, once ? 1 : (repeat++)->count);
    }
  }
  void Finish(uint64_t term) {
    Term& added = segment_.terms_[term];
    added = {.slots = slots_, .repeats = repeats_};
    added.slots_size = static_cast<uint32_t>(segment_.slots_.size() - slots_);
    added.repeats_size = static_cast<uint32_t>(segment_.repeats_.size() - repeats_);
    added.max_saturation = RoundUp(max_saturation_);
    added.max_repeats = RoundUp(max_repeats_);
    if (segment_.size() >= kCountedFrom && added.slots_size * kRowsPerCounted >= segment_.size()) AddCounts(added);
    slots_ = segment_.slots_.size();
    repeats_ = segment_.repeats_.size();
    max_saturation_ = max_repeats_ = 0;
  }

 private:
  void AddCounts(Term& term) {
    term.counts = segment_.counts_.size();
    segment_.counts_.resize(term.counts + (segment_.size() + kSlotsPerCountWord - 1) / kSlotsPerCountWord);
    uint64_t* const counts = segment_.counts_.data() + term.counts;
    const auto add = [counts](uint32_t slot, uint64_t more) {
      counts[slot / kSlotsPerCountWord] += more << (slot % kSlotsPerCountWord * kBitsPerCount);
    };
    for (size_t i = slots_; i < segment_.slots_.size(); ++i) add(segment_.slots_[i], 1);
    for (size_t i = repeats_; i < segment_.repeats_.size(); ++i) {
      add(segment_.repeats_[i].slot, std::min(segment_.repeats_[i].count, kManyCount) - 1);
    }
  }

  Segment& segment_;
  const Bm25Weights weights_;
  size_t slots_ = 0;  // where the term's begin
  size_t repeats_ = 0;
  double max_saturation_ = 0;
  double max_repeats_ = 0;
};

std::shared_ptr<const Segment> Segment::Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms) {
  auto segment = std::make_shared<Segment>();
  segment->begin_ = begin;
  for (const auto& row : terms) {
    segment->lengths_.push_back(static_cast<uint16_t>(std::min<size_t>(row.size(), kMaxInputTerms)));
    segment->total_length_ += segment->lengths_.back();
  }
  const std::vector<Occurrence> occurrences = SortedOccurrences(terms);
  Filler filler(*segment);
  for (auto at = occurrences.begin(); at != occurrences.end();) {
    const auto first = at;
    at = std::find_if(at, occurrences.end(), [first](const Occurrence& other) { return other != *first; });
    filler.Add(first->slot, static_cast<uint32_t>(std::min<ptrdiff_t>(at - first, kMaxTermCount)));
    if (at == occurrences.end() || at->term != first->term) filler.Finish(first->term);
  }
  segment->slots_.shrink_to_fit();
  segment->repeats_.shrink_to_fit();
  segment->counts_.shrink_to_fit();
  segment->by_id_.resize(terms.size());
  std::iota(segment->by_id_.begin(), segment->by_id_.end(), begin);
  std::stable_sort(segment->by_id_.begin(), segment->by_id_.end(), ById(rows));
  return segment;
}

std::shared_ptr<const Segment> Segment::Merge(const RowLog& rows, const Segment& left, const Segment& right) {
  auto merged = std::make_shared<Segment>();
  merged->begin_ = left.begin_;
  merged->lengths_.reserve(left.size() + right.size());
  merged->lengths_ = left.lengths_;
  merged->lengths_.insert(merged->lengths_.end(), right.lengths_.begin(), right.lengths_.end());
  merged->total_length_ = left.total_length_ + right.total_length_;
  merged->slots_.reserve(left.slots_.size() + right.slots_.size());
  merged->repeats_.reserve(left.repeats_.size() + right.repeats_.size());
  merged->terms_.reserve(std::max(left.terms_.size(), right.terms_.size()));
  Filler filler(*merged);
  const auto add = [&](uint64_t term) {
    filler.Add(left.Find(term), 0);
    filler.Add(right.Find(term), left.size());
    filler.Finish(term);
  };
  for (const auto& [term, entry] : left.terms_) add(term);
  for (const auto& [term, entry] : right.terms_) {
    if (!left.terms_.contains(term)) add(term);
  }
  merged->counts_.shrink_to_fit();
  merged->by_id_.resize(merged->size());
  std::merge(left.by_id_.begin(), left.by_id_.end(), right.by_id_.begin(), right.by_id_.end(), merged->by_id_.begin(),
             ById(rows));
  return merged;
}

double Segment::average_length() const {
  return size() == 0 ? 1 : std::max(1.0, static_cast<double>(total_length_) / size());
}

PostingList Segment::Find(uint64_t term) const {
  const auto found = terms_.find(term);
  if (found == terms_.end()) return {};
  const Term& entry = found->second;
  return {.slots = std::span(slots_).subspan(entry.slots, entry.slots_size),
          .repeats = std::span(repeats_).subspan(entry.repeats, entry.repeats_size),
          .counts = entry.counts == kNoCounts ? nullptr : counts_.data() + entry.counts,
          .max_saturation = entry.max_saturation,
          .max_repeats = entry.max_repeats};
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
