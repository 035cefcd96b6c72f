// An immutable index over the rows [begin, end) of a dataset: postings for BM25, and the rows in the order of their
// ids. It covers removed rows, too: a search looks at any version through the same segment.
#ifndef ATTUNE_DATASET_SEGMENT_H_
#define ATTUNE_DATASET_SEGMENT_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "dataset/dropped_rows.h"
#include "dataset/postings.h"
#include "dataset/row.h"

namespace attune {

inline constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();
inline constexpr uint32_t kMaxInputTerms = 65'535;  // an input counts as having at most so many terms

class Segment {
 public:
  // `terms`: of each row's input, in row order.
  static std::shared_ptr<const Segment> Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms);
  // Neighbours as one: each ends where the next one begins. Any thread, while the writer goes on. Null if `stopped`,
  // which is asked every millisecond or so, says so.
  static std::shared_ptr<const Segment> Merge(const RowLog& rows, std::span<const std::shared_ptr<const Segment>> parts,
                                              absl::FunctionRef<bool()> stopped);

  // The segment with some of its rows alone: `rows` has of each of its slots the row that it becomes, from `begin` on
  // in the same order, or kNoRow. `others`: how many of the other rows have each term is added to it. Any thread; null
  // if `stopped`, as above.
  static std::shared_ptr<const Segment> Compact(const Segment& whole, std::span<const uint32_t> rows, uint32_t begin,
                                                TermCounts& others, absl::FunctionRef<bool()> stopped);

  uint32_t begin() const { return begin_; }
  uint32_t end() const { return begin_ + size(); }
  uint32_t size() const { return size_; }
  // Terms of each row's input, repeats counted, at most kMaxInputTerms; 0 for no row, up to a whole block.
  const uint16_t* lengths() const { return lengths_.data(); }

  class PostingList;
  PostingList Find(uint64_t term) const;
  // Announces that Find will be called, so that the memory is on its way. Find does the same for what is read of its
  // list first.
  void Prefetch(uint64_t term) const { numbers_.prefetch(term); }

  // The row with this id that is visible at the version, or -1.
  int64_t FindRow(const RowLog& rows, std::string_view id, int64_t version) const;

 private:
  struct StoredSet {
    size_t begin = 0;  // in slots_ (a SlotList), or in bits_
    uint32_t rows = 0;
    uint16_t longest = 0;  // as PostingList::longest()
    bool dense = false;
  };
  struct Term {
    StoredSet first;  // the first level, here because most terms have no other
    size_t more = 0;  // where the others begin in levels_
    size_t many = 0;
    uint32_t many_size = 0;
    uint16_t longest_of_many = 0;
    uint8_t most_of_many = 0;
    uint8_t levels = 0;
  };
  class Filler;
  RowSet Restore(const StoredSet& set) const;

  // So many terms, or so many rows, are merged in about a millisecond: then `stopped` is asked.
  static constexpr size_t kTermsPerLook = 256;
  static constexpr size_t kRowsPerLook = 4'096;

  using Parts = std::span<const std::shared_ptr<const Segment>>;

  void ShrinkToFit();
  void SetLengths(std::vector<uint16_t> lengths);
  void MergeLengths(Parts parts);
  // False if stopped.
  bool MergePostings(Parts parts, absl::FunctionRef<bool()> stopped);
  bool MergeIds(const RowLog& rows, Parts parts, absl::FunctionRef<bool()> stopped);

  uint32_t begin_ = 0;
  uint32_t size_ = 0;
  std::vector<uint16_t> lengths_;
  absl::flat_hash_map<uint64_t, uint32_t> numbers_;  // of the terms, in terms_: apart, for so it is small
  std::vector<Term> terms_;
  std::vector<StoredSet> levels_;
  std::vector<uint16_t> slots_;  // of all sets that are not dense, one after the other
  std::vector<uint8_t> bits_;    // of those that are
  std::vector<Repeat> many_;
  std::vector<uint32_t> by_id_;  // rows, by id, then by row
};

// The rows that have one term at least once, at least twice, and so on up to kLevels times, each among those before;
// and how often those have it that do so more often still. A row that has it once, as most do, stands in one set.
// Refers to the segment.
class Segment::PostingList {
 public:
  PostingList(const Segment& segment, const Term* term) : segment_(&segment), term_(term) {}

  uint32_t levels() const { return term_ == nullptr ? 0 : term_->levels; }  // 0: the term does not occur
  // Announces that rows(0) and the sizes of the other levels will be read, so that the memory is on its way. levels()
  // is not 0.
  void Prefetch() const {
    if (term_->levels > 1) __builtin_prefetch(segment_->levels_.data() + term_->more);
    const RowSet rows = segment_->Restore(term_->first);
    if (rows.dense()) return __builtin_prefetch(rows.bits);
    // Whoever walks more of them finds the processor a step ahead.
    const size_t size = std::min<size_t>(rows.rows, kPrefetchedSlots);
    for (size_t at = 0; at < size; at += kSlotsPerLine) __builtin_prefetch(rows.slots.lows() + at);
    __builtin_prefetch(rows.slots.lows() + size - 1);
  }
  // `level` is less than levels(): the rows that have it more often than that.
  RowSet rows(uint32_t level) const { return segment_->Restore(Set(level)); }
  // The largest length of those rows, where `level` is not 0: whatever k1 and b are, repeats count most in it.
  uint32_t longest(uint32_t level) const { return Set(level).longest; }
  // More than kLevels times; in order.
  std::span<const Repeat> many() const { return std::span(segment_->many_).subspan(term_->many, term_->many_size); }
  // How often those have it at most, and the largest of their lengths; 0 if there are none.
  uint32_t most_of_many() const { return term_->most_of_many; }
  uint32_t longest_of_many() const { return term_->longest_of_many; }

 private:
  static constexpr size_t kSlotsPerLine = 32;  // of the cache
  static constexpr size_t kPrefetchedSlots = 512;

  const StoredSet& Set(uint32_t level) const {
    return level == 0 ? term_->first : segment_->levels_[term_->more + level - 1];
  }

  const Segment* segment_;
  const Term* term_;
};

inline RowSet Segment::Restore(const StoredSet& set) const {
  if (set.dense) return {.bits = bits_.data() + set.begin, .rows = set.rows};
  return {.slots = SlotList(slots_.data() + set.begin, set.rows, size()), .rows = set.rows};
}

inline Segment::PostingList Segment::Find(uint64_t term) const {
  const auto found = numbers_.find(term);
  if (found == numbers_.end()) return {*this, nullptr};
  const Term* const stored = &terms_[found->second];
  __builtin_prefetch(stored);
  return {*this, stored};
}

using PostingList = Segment::PostingList;

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_H_
