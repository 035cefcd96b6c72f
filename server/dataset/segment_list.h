// The segments of one snapshot, in the order of their rows, and when neighbours become one. A search takes longer the
// more there are, and a merge longer the more rows: so the writer merges small ones only, at once, and leaves those of
// more than kOpenRows rows, the closed ones, to a worker, which takes its time. Results are the same in any case.
#ifndef ATTUNE_DATASET_SEGMENT_LIST_H_
#define ATTUNE_DATASET_SEGMENT_LIST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataset/segment.h"

namespace attune {

using SegmentPtr = std::shared_ptr<const Segment>;

// A merge takes about 3 us a row, so what the writer does for one update about 2 ms at most.
inline constexpr uint32_t kOpenRows = 256;
// With more, as updates come faster than a worker merges, the writer merges closed ones of like size, which cost least,
// as well. Behind the last closed one there are nine others at most, each with twice the rows of those after it.
inline constexpr size_t kMaxClosedSegments = 32;

class SegmentList {
 public:
  const std::vector<SegmentPtr>& all() const { return segments_; }

  // Adds a segment whose rows follow those that are there. Writer only.
  void Add(const RowLog& rows, SegmentPtr segment);

  // What a worker should merge next: neighbours none of which has twice the rows of those after it together; empty if
  // there are none such. So n rows end up in about log2(n) segments, and a row is merged about log2(n) times. Good as
  // long as the list.
  std::span<const SegmentPtr> Due() const;

  // Puts what was merged in place of the segments that have its rows. False, and nothing is done, if the list has no
  // such segments, or only one.
  bool Replace(SegmentPtr merged);

 private:
  size_t Closed() const;  // how many, from the front, the writer lets alone

  std::vector<SegmentPtr> segments_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_SEGMENT_LIST_H_
