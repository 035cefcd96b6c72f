// An immutable index over the rows [begin, end) of a dataset: postings for BM25, and the rows in the order of their
// ids. It covers removed rows, too: a search looks at any version through the same segment.
#ifndef ATTUNE_DATASET_SEGMENT_H_
#define ATTUNE_DATASET_SEGMENT_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "dataset/row.h"

namespace attune {

inline constexpr uint32_t kMaxInputTerms = 65'535;  // an input counts as having at most so many terms

// A row that has a term several times.
struct Repeat {
  uint32_t slot = 0;
  uint32_t count = 0;
};

// The layout of PostingList::counts.
inline constexpr uint32_t kSlotsPerCountWord = 32;
inline constexpr uint32_t kBitsPerCount = 2;
inline constexpr uint32_t kManyCount = 3;  // so often or more
inline uint32_t CountAt(const uint64_t* counts, uint32_t slot) {
  return counts[slot / kSlotsPerCountWord] >> (slot % kSlotsPerCountWord * kBitsPerCount) & kManyCount;
}

// The rows that have one term, by their slots: their places in the segment, counted from its first row. In order. How
// often they have it is kept apart, for it is nearly always once: a scan then runs over 4 bytes a row without a branch.
struct PostingList {
  std::span<const uint32_t> slots;
  std::span<const Repeat> repeats;  // of those slots that have it more than once
  // For CountAt: of each slot of the segment, 0 to 2 occurrences, or kManyCount. Only of terms that many rows have,
  // where it takes no more memory than the slots do; otherwise null.
  const uint64_t* counts = nullptr;
  // The largest Saturation() and Repeats() of any of them, if the average length were the segment's own.
  double max_saturation = 0;
  double max_repeats = 0;
};

class Segment {
 public:
  // `terms`: of each row's input, in row order.
  static std::shared_ptr<const Segment> Build(const RowLog& rows, uint32_t begin,
                                              const std::vector<std::vector<uint64_t>>& terms);
  // Two neighbours as one: `left` ends where `right` begins.
  static std::shared_ptr<const Segment> Merge(const RowLog& rows, const Segment& left, const Segment& right);

  uint32_t begin() const { return begin_; }
  uint32_t end() const { return begin_ + size(); }
  uint32_t size() const { return static_cast<uint32_t>(lengths_.size()); }
  // Terms of each row's input, repeats counted, at most kMaxInputTerms.
  const std::vector<uint16_t>& lengths() const { return lengths_; }
  double average_length() const;

  // Empty if the term does not occur.
  PostingList Find(uint64_t term) const;

  // The row with this id that is visible at the version, or -1.
  int64_t FindRow(const RowLog& rows, std::string_view id, int64_t version) const;

 private:
  struct Term {
    size_t slots = 0;  // where they begin
    uint32_t slots_size = 0;
    uint32_t repeats_size = 0;
    size_t repeats = 0;
    size_t counts = kNoCounts;
    float max_saturation = 0;
    float max_repeats = 0;
  };
  static constexpr size_t kNoCounts = std::numeric_limits<size_t>::max();
  class Filler;

  uint32_t begin_ = 0;
  std::vector<uint16_t> lengths_;
  uint64_t total_length_ = 0;
  absl::flat_hash_map<uint64_t, Term> terms_;
  std::vector<uint32_t> slots_;  // of all terms, one after the other
  std::vector<Repeat> repeats_;  // the same
  std::vector<uint64_t> counts_;
  std::vector<uint32_t> by_id_;  // rows, by id, then by row
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_H_
