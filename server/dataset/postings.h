// Which rows of a segment have a term, and how often.
#ifndef ATTUNE_DATASET_POSTINGS_H_
#define ATTUNE_DATASET_POSTINGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/row_bits.h"

namespace attune {

// Slots in order, in two bytes each. Those of a range of 65,536 rows have their other bytes in common, and before the
// first slot stands where each range ends, but for the last: the number of the slots up to there, low half first.
class SlotList {
 public:
  static constexpr uint32_t kRangeRows = 1 << 16;

  // Appends them for a segment of `segment_rows`.
  static void Append(std::span<const uint32_t> slots, uint32_t segment_rows, std::vector<uint16_t>& to);

  SlotList() = default;  // empty
  // `packed`: where Append began; `size`: the number of the slots.
  SlotList(const uint16_t* packed, uint32_t size, uint32_t segment_rows)
      : ends_(packed), lows_(packed + EndsOf(segment_rows)), size_(size), segment_rows_(segment_rows) {}

  uint32_t size() const { return size_; }
  // Of the slots of each range of rows: the index of the first, and of the one after the last.
  uint32_t begin_of(uint32_t range) const { return range == 0 ? 0 : end_of(range - 1); }
  uint32_t end_of(uint32_t range) const {
    return range >= LastRange(segment_rows_) ? size_ : ends_[2 * range] | uint32_t{ends_[2 * range + 1]} << 16;
  }
  // Whether a range ends at the row `end`, or the segment does.
  bool EndsAt(uint32_t end) const { return end % kRangeRows == 0 || end >= segment_rows_; }
  // By index: what the slot is over the first row of its range.
  const uint16_t* lows() const { return lows_; }

  // The index of the first that is `slot`, a row of the segment, or more.
  uint32_t FirstFrom(uint32_t slot) const {
    const uint32_t range = slot / kRangeRows;
    const uint16_t* const end = lows_ + end_of(range);
    return static_cast<uint32_t>(std::lower_bound(lows_ + begin_of(range), end, slot % kRangeRows) - lows_);
  }
  bool Contains(uint32_t slot) const {
    const uint32_t at = FirstFrom(slot);
    return at < end_of(slot / kRangeRows) && lows_[at] == slot % kRangeRows;
  }

  // Calls `visit(slot)` for each.
  template <typename Visit>
  void ForEach(Visit visit) const {
    uint32_t at = 0;
    for (uint32_t range = 0; range <= LastRange(segment_rows_); ++range) {
      for (const uint32_t end = end_of(range); at < end; ++at) visit(range * kRangeRows + lows_[at]);
    }
  }

 private:
  static constexpr uint32_t LastRange(uint32_t rows) { return rows == 0 ? 0 : (rows - 1) / kRangeRows; }
  static constexpr size_t EndsOf(uint32_t rows) { return 2 * size_t{LastRange(rows)}; }

  const uint16_t* ends_ = nullptr;
  const uint16_t* lows_ = nullptr;
  uint32_t size_ = 0;
  uint32_t segment_rows_ = 0;
};

inline void SlotList::Append(std::span<const uint32_t> slots, uint32_t segment_rows, std::vector<uint16_t>& to) {
  auto at = slots.begin();
  for (uint32_t range = 0; range < LastRange(segment_rows); ++range) {
    at = std::lower_bound(at, slots.end(), (range + 1) * kRangeRows);
    const auto end = static_cast<uint32_t>(at - slots.begin());
    to.push_back(static_cast<uint16_t>(end));
    to.push_back(static_cast<uint16_t>(end >> 16));
  }
  for (const uint32_t slot : slots) to.push_back(static_cast<uint16_t>(slot));
}

// Rows of a segment by their slots: their places in it, counted from its first row. Where more than one row in
// kRowsPerDense is in the set it is dense, and has a bit for each row of the segment, which add up much faster.
struct RowSet {
  SlotList slots;                 // none if they are dense
  const uint8_t* bits = nullptr;  // as in row_bits.h; null if they are not
  uint32_t rows = 0;

  bool dense() const { return bits != nullptr; }
};

inline constexpr size_t kRowsPerDense = 32;

inline bool IsDense(size_t rows, uint32_t segment_rows) { return rows * kRowsPerDense >= PaddedRows(segment_rows); }

// A row that has a term many times.
struct Repeat {
  uint32_t slot = 0;
  uint32_t count = 0;
};

// 0 or 1.
inline uint32_t Contains(const RowSet& set, uint32_t slot) {
  if (set.dense()) return HasRow(set.bits, slot);
  return set.slots.Contains(slot) ? 1 : 0;
}

// Of a set in a segment of `segment_rows`, those whose slots are below `end`.
inline uint32_t RowsBefore(uint32_t end, uint32_t segment_rows, const RowSet& set) {
  if (end >= segment_rows) return set.rows;
  return set.dense() ? CountRows(set.bits, end) : set.slots.FirstFrom(end);
}

// How often a row may have a term before it is counted apart.
inline constexpr uint32_t kLevels = 4;

}  // namespace attune

#endif  // ATTUNE_DATASET_POSTINGS_H_
