#include "dataset/segment_list.h"

#include <algorithm>
#include <utility>

namespace attune {
namespace {

bool NeverStops() { return false; }

// Of the segments before `end`, where the run begins whose members are less than twice those after them together.
size_t BeginOfRun(const std::vector<SegmentPtr>& segments, size_t end) {
  size_t begin = end - 1;
  for (uint64_t rows = segments[begin]->size(); begin > 0 && segments[begin - 1]->size() < 2 * rows; --begin) {
    rows += segments[begin - 1]->size();
  }
  return begin;
}

// The pair of neighbours that costs least to merge; those of like size, if there are any, so that no row is merged
// over and over with small ones.
size_t CheapestPair(std::span<const SegmentPtr> segments) {
  const auto cost = [&](size_t left) {
    const uint64_t a = segments[left]->size(), b = segments[left + 1]->size();
    return std::pair(std::max(a, b) > 2 * std::min(a, b), a + b);
  };
  size_t best = 0;
  for (size_t left = 1; left + 1 < segments.size(); ++left) {
    if (cost(left) < cost(best)) best = left;
  }
  return best;
}

}  // namespace

void SegmentList::Add(const RowLog& rows, SegmentPtr segment) {
  segments_.push_back(std::move(segment));
  if (segments_.back()->size() <= kOpenRows) {
    const auto begin = static_cast<ptrdiff_t>(std::max(Closed(), BeginOfRun(segments_, segments_.size())));
    const auto run = std::span(segments_).subspan(static_cast<size_t>(begin));
    if (run.size() > 1) Replace(Segment::Merge(rows, run, NeverStops));
  }
  const size_t closed = Closed();
  if (closed <= kMaxClosedSegments) return;
  const auto all = std::span<const SegmentPtr>(segments_).first(closed);
  Replace(Segment::Merge(rows, all.subspan(CheapestPair(all), 2), NeverStops));
}

size_t SegmentList::Closed() const {
  const auto last = std::find_if(segments_.rbegin(), segments_.rend(),
                                 [](const SegmentPtr& segment) { return segment->size() > kOpenRows; });
  return static_cast<size_t>(segments_.rend() - last);
}

std::span<const SegmentPtr> SegmentList::Due() const {
  for (size_t end = Closed(); end > 1; --end) {
    const size_t begin = BeginOfRun(segments_, end);
    if (begin + 1 < end) return std::span(segments_).subspan(begin, end - begin);
  }
  return {};
}

bool SegmentList::Replace(SegmentPtr merged) {
  const auto first = std::find_if(segments_.begin(), segments_.end(),
                                  [&](const SegmentPtr& segment) { return segment->begin() == merged->begin(); });
  const auto last =
      std::find_if(first, segments_.end(), [&](const SegmentPtr& segment) { return segment->end() == merged->end(); });
  if (first == last || last == segments_.end()) return false;
  *first = std::move(merged);
  segments_.erase(first + 1, last + 1);
  return true;
}

}  // namespace attune
