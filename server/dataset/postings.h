// Which rows of a segment have a term, and how often.
#ifndef ATTUNE_DATASET_POSTINGS_H_
#define ATTUNE_DATASET_POSTINGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dataset/row_bits.h"

namespace attune {

// Rows of a segment by their slots: their places in it, counted from its first row. Where a list of them would take
// more memory than a bit for each row of the segment they are dense, and have bits, which add up much faster as well.
struct RowSet {
  std::span<const uint32_t> slots;  // in order; none if they are dense
  const uint8_t* bits = nullptr;    // as in row_bits.h; null if they are not
  uint32_t rows = 0;

  bool dense() const { return bits != nullptr; }
};

inline bool IsDense(size_t rows, uint32_t segment_rows) {
  return rows * sizeof(uint32_t) >= RowBitsBytes(segment_rows);
}

// A row that has a term many times.
struct Repeat {
  uint32_t slot = 0;
  uint32_t count = 0;
};

inline uint32_t SlotOf(uint32_t slot) { return slot; }
inline uint32_t SlotOf(const Repeat& repeat) { return repeat.slot; }

// The first whose slot is `slot` or more.
template <typename T>
auto FirstFrom(uint32_t slot, std::span<const T> sorted) {
  return std::lower_bound(sorted.begin(), sorted.end(), slot,
                          [](const T& entry, uint32_t wanted) { return SlotOf(entry) < wanted; });
}

// 0 or 1.
inline uint32_t Contains(const RowSet& set, uint32_t slot) {
  if (set.dense()) return HasRow(set.bits, slot);
  const auto found = FirstFrom(slot, set.slots);
  return found != set.slots.end() && *found == slot ? 1 : 0;
}

// Of a set in a segment of `segment_rows`, those whose slots are below `end`.
inline uint32_t RowsBefore(uint32_t end, uint32_t segment_rows, const RowSet& set) {
  if (end >= segment_rows) return set.rows;
  return set.dense() ? CountRows(set.bits, end) : static_cast<uint32_t>(FirstFrom(end, set.slots) - set.slots.begin());
}

// How often a row may have a term before it is counted apart.
inline constexpr uint32_t kLevels = 4;

}  // namespace attune

#endif  // ATTUNE_DATASET_POSTINGS_H_
