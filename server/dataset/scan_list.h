// One term of a question in one segment, while the segment is scanned.
#ifndef ATTUNE_DATASET_SCAN_LIST_H_
#define ATTUNE_DATASET_SCAN_LIST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dataset/bm25.h"
#include "dataset/segment.h"

namespace attune {

struct ScanList {
  PostingList postings;
  Mass idf = 0;

  // Of the scan:
  uint32_t dense_sets = 0;                   // the first so many levels are dense
  bool ends_chunk = false;                   // the sums of the lists up to here may be as large as a byte
  std::array<uint8_t, kLevels> steps{};      // what each dense set adds to the sum of a row
  std::array<size_t, kLevels + 1> passed{};  // rows of the windows before, in each other set
};

// Products of bounds are rounded: they may come out this much too low.
inline constexpr double kRounding = 1e-6;

// Sets the steps, and where chunks end. Returns the mass that a step of 1 stands for: the least with which the sums of
// a chunk stay within a byte, and the totals of a row within kMostTotal (scan_loops.h).
double SetSteps(const Bm25Weights& weights, std::span<ScanList> lists);

// Calls `visit` for each slot in [begin, end) that is not yet passed, as a row counted from `begin`, and passes it.
// Those of earlier ranges are passed, and the range of `begin` reaches up to `end`.
template <typename Visit>
void PassUpTo(uint32_t begin, uint32_t end, const SlotList& slots, size_t& passed, Visit visit) {
  const uint32_t range = begin / SlotList::kRangeRows;
  const uint32_t first = begin % SlotList::kRangeRows;
  const uint32_t limit = first + (end - begin);
  const size_t size = slots.end_of(range);
  const uint16_t* const lows = slots.lows();
  size_t at = passed;
  const auto visit_four = [&](size_t from) {
    for (size_t i = 0; i < 4; ++i) visit(lows[from + i] - first);
  };
  if (slots.EndsAt(end)) {  // all that are left are below
    for (; at + 4 <= size; at += 4) visit_four(at);
  } else {
    for (; at + 4 <= size && lows[at + 3] < limit; at += 4) visit_four(at);
  }
  for (; at < size && lows[at] < limit; ++at) visit(lows[at] - first);
  passed = at;
}
template <typename Visit>
void PassUpTo(uint32_t begin, uint32_t end, std::span<const Repeat> sorted, size_t& passed, Visit visit) {
  size_t at = passed;
  for (; at < sorted.size() && sorted[at].slot < end; ++at) visit(sorted[at].slot - begin, sorted[at].count);
  passed = at;
}

}  // namespace attune

#endif  // ATTUNE_DATASET_SCAN_LIST_H_
