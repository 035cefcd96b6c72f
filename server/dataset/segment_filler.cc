#include "dataset/segment_filler.h"

#include <algorithm>

namespace attune {

void Segment::Filler::AddRepeats(uint32_t slot, uint32_t count) {
  const uint16_t length = segment_.lengths_[slot];
  for (uint32_t level = 1; level < std::min(count, kLevels); ++level) {
    slots_[level].push_back(slot);
    longest_[level] = std::max(longest_[level], length);
  }
  if (count <= kLevels) return;
  segment_.many_.push_back({slot, count});
  longest_of_many_ = std::max(longest_of_many_, length);
  most_of_many_ = std::max(most_of_many_, static_cast<uint8_t>(count));
}

template <typename Visit>
void Segment::Filler::ForEachRow(const Segment& part, uint64_t term, Visit visit) {
  const PostingList list = part.Find(term);
  if (list.levels() == 0) return;
  std::array<const uint8_t*, kLevels> bits{};
  std::array<std::span<const uint32_t>, kLevels> rest;  // where there are no bits: the slots that are left
  for (uint32_t level = 1; level < list.levels(); ++level) {
    const RowSet rows = list.rows(level);
    bits[level] = rows.bits;
    of_part_[level].clear();
    rows.slots.ForEach([&](uint32_t slot) { of_part_[level].push_back(slot); });
    rest[level] = of_part_[level];
  }
  auto many = list.many().begin();
  const auto visit_slot = [&](uint32_t slot) {
    uint32_t count = 1;
    for (; count < list.levels(); ++count) {
      std::span<const uint32_t>& next = rest[count];
      if (bits[count] != nullptr ? HasRow(bits[count], slot) == 0 : next.empty() || next.front() != slot) break;
      if (bits[count] == nullptr) next = next.subspan(1);
    }
    if (many != list.many().end() && many->slot == slot) count = (many++)->count;
    visit(slot, count);
  };
  const RowSet rows = list.rows(0);
  if (rows.dense()) VisitRows(rows.bits, part.size(), visit_slot);
  rows.slots.ForEach(visit_slot);
}

void Segment::Filler::Add(const Segment& part, uint64_t term, uint32_t first_slot) {
  ForEachRow(part, term, [&](uint32_t slot, uint32_t count) { Add(first_slot + slot, count); });
}

uint32_t Segment::Filler::AddSome(const Segment& part, uint64_t term, std::span<const uint32_t> rows) {
  uint32_t others = 0;
  ForEachRow(part, term, [&](uint32_t slot, uint32_t count) {
    if (rows[slot] == kNoRow) {
      ++others;
    } else {
      Add(rows[slot] - segment_.begin_, count);
    }
  });
  return others;
}

void Segment::Filler::Finish(uint64_t term) {
  segment_.numbers_.emplace(term, static_cast<uint32_t>(segment_.terms_.size()));
  Term& added = segment_.terms_.emplace_back();
  added.more = segment_.levels_.size();
  added.many = many_;
  added.many_size = static_cast<uint32_t>(segment_.many_.size() - many_);
  added.longest_of_many = longest_of_many_;
  added.most_of_many = most_of_many_;
  for (uint32_t level = 0; level < kLevels && !slots_[level].empty(); ++level, ++added.levels) {
    StoredSet set = Store(slots_[level]);
    set.longest = longest_[level];
    if (level == 0) {
      added.first = set;
    } else {
      segment_.levels_.push_back(set);
    }
    slots_[level].clear();
  }
  longest_.fill(0);
  longest_of_many_ = 0;
  most_of_many_ = 0;
  many_ = segment_.many_.size();
}

Segment::StoredSet Segment::Filler::Store(const std::vector<uint32_t>& slots) {
  StoredSet set = {.rows = static_cast<uint32_t>(slots.size()), .dense = IsDense(slots.size(), segment_.size())};
  if (set.dense) {
    set.begin = segment_.bits_.size();
    segment_.bits_.resize(set.begin + RowBitsBytes(segment_.size()));
    for (const uint32_t slot : slots) SetRow(slot, segment_.bits_.data() + set.begin);
  } else {
    set.begin = segment_.slots_.size();
    SlotList::Append(slots, segment_.size(), segment_.slots_);
  }
  return set;
}

}  // namespace attune
