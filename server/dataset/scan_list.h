// One term of a question in one segment, while the segment is scanned.
#ifndef ATTUNE_DATASET_SCAN_LIST_H_
#define ATTUNE_DATASET_SCAN_LIST_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "dataset/bm25.h"
#include "dataset/segment.h"

namespace attune {

struct ScanList {
  std::span<const uint32_t> slots;  // the rows not yet passed
  std::span<const Repeat> repeats;
  const uint64_t* counts = nullptr;  // as in PostingList
  Mass idf = 0;
  double bound = 0;       // no row scores more by this term
  double mass_bound = 0;  // no row gets more mass by this term
  double rest = 0;        // no row scores more by this term and those after it
  double mass_rest = 0;   // no row gets more mass by them
};

inline uint32_t SlotOf(uint32_t slot) { return slot; }
inline uint32_t SlotOf(const Repeat& repeat) { return repeat.slot; }

// The first whose slot is `slot` or more.
template <typename T>
auto FirstFrom(uint32_t slot, std::span<const T> sorted) {
  return std::lower_bound(sorted.begin(), sorted.end(), slot,
                          [](const T& entry, uint32_t wanted) { return SlotOf(entry) < wanted; });
}

// Moves those of the slots [begin, end), and any before, out of `sorted`; returns the former.
template <typename T>
std::span<const T> TakeRange(uint32_t begin, uint32_t end, std::span<const T>& sorted) {
  if (sorted.empty()) return {};
  // Those before were not asked for in earlier windows.
  const auto first = SlotOf(sorted.front()) >= begin ? sorted.begin() : FirstFrom(begin, sorted);
  const auto last = SlotOf(sorted.back()) < end ? sorted.end() : FirstFrom(end, sorted);
  sorted = {last, std::exchange(sorted, {}).end()};
  return {first, last};
}

// What the list has of the slots [begin, end); the list keeps what comes after them.
inline ScanList TakeWindow(uint32_t begin, uint32_t end, ScanList& list) {
  return {.slots = TakeRange(begin, end, list.slots),
          .repeats = TakeRange(begin, end, list.repeats),
          .counts = list.counts,
          .idf = list.idf};
}

// The mass that a list with counts gives to a row.
inline Mass CountedMass(const ScanList& list, const Bm25Weights& weights, uint32_t slot, uint32_t length) {
  uint32_t count = CountAt(list.counts, slot);
  if (count < 2) return count == 0 ? 0 : list.idf;
  if (count == kManyCount) count = FirstFrom(slot, list.repeats)->count;
  return weights.Repeat(list.idf, count, length);
}

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LIST_H_
