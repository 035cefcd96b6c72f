#include "dataset/dropped_rows.h"

#include <algorithm>
#include <utility>

namespace attune {

void DroppedRows::Keep(uint32_t position) {
  if (position > next_) {
    gaps_.push_back({.begin = next_, .end = position, .place = next_ - size_});
    size_ += position - next_;
  }
  next_ = position + 1;
}

void DroppedRows::Finish(uint32_t end, TermCounts terms) {
  if (end > next_) Keep(end);  // which is the next row's
  gaps_.shrink_to_fit();
  terms_ = std::move(terms);
}

uint32_t DroppedRows::With(uint64_t term) const {
  if (terms_.empty()) return 0;
  const auto found = terms_.find(term);
  return found == terms_.end() ? 0 : found->second;
}

const DroppedRows::Gap* DroppedRows::GapAt(uint32_t position) const {
  const auto after = std::upper_bound(gaps_.begin(), gaps_.end(), position,
                                      [](uint32_t wanted, const Gap& gap) { return wanted < gap.begin; });
  return after == gaps_.begin() ? nullptr : &*(after - 1);
}

int64_t DroppedRows::Find(uint32_t position) const {
  const Gap* const gap = GapAt(position);
  if (gap == nullptr) return position;
  return position < gap->end ? -1 : int64_t{gap->place} + (position - gap->end);
}

uint32_t DroppedRows::PlaceOf(uint32_t position) const {
  const Gap* const gap = GapAt(position);
  if (gap == nullptr) return position;
  return gap->place + (std::max(position, gap->end) - gap->end);
}

uint32_t DroppedRows::PositionOf(uint32_t place) const {
  const auto after = std::upper_bound(gaps_.begin(), gaps_.end(), place,
                                      [](uint32_t wanted, const Gap& gap) { return wanted < gap.place; });
  if (after == gaps_.begin()) return place;
  const Gap& gap = *(after - 1);
  return gap.end + (place - gap.place);
}

}  // namespace attune
