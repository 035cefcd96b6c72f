#include "dataset/segment_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// Postings walked before the first look at the sums for a floor; each next look comes after so many times as many.
constexpr size_t kFirstLook = 4'096;
constexpr size_t kNextLook = 3;

// Looking up one row in a list without counts costs about as much as walking so many postings; in one with counts, two.
constexpr size_t kLookupCost = 32;
constexpr size_t kCountedCost = 2;

// Candidates are filtered again when what they may still gain has shrunk to this share.
constexpr double kFilterAgain = 0.4;

// Sums of bounds are rounded: they may come out this much too low.
constexpr double kRounding = 1e-9;

bool Reaches(double score, double floor) { return score * (1 + kRounding) >= floor; }

}  // namespace

void SegmentScan::Run(const Segment& segment, std::span<ScanList> lists, absl::FunctionRef<bool(uint32_t row)> wanted) {
  double rest = 0, mass_rest = 0;
  for (size_t i = lists.size(); i-- > 0;) {
    lists[i].rest = rest += lists[i].bound;
    lists[i].mass_rest = mass_rest += lists[i].mass_bound;
  }
  while (true) {
    uint32_t next = kNone;
    for (const ScanList& list : lists) {
      if (!Reaches(list.rest, best_.threshold())) break;
      if (!list.slots.empty()) next = std::min(next, list.slots.front());
    }
    if (next == kNone) return;
    begin_ = next;
    end_ = std::min(next + kWindow, segment.size());
    row_ = segment.begin() + next;
    lengths_ = segment.lengths().data() + next;
    ScanWindow(lists, wanted);
  }
}

void SegmentScan::ScanWindow(Lists lists, absl::FunctionRef<bool(uint32_t row)> wanted) {
  std::fill_n(sums_.begin(), end_ - begin_, 0);
  candidates_size_ = 0;
  double floor = best_.threshold();
  double filtered = std::numeric_limits<double>::infinity();
  for (ScanList& list : WalkFirst(lists, floor, wanted)) {
    if (list.rest < filtered * kFilterAgain) {
      Filter(list, floor);
      filtered = list.rest;
    }
    if (candidates_size_ == 0) return;
    Ask(list);
  }
  for (size_t i = 0; i < candidates_size_; ++i) {
    const RankedRow row = {row_ + candidates_[i], Score(candidates_[i])};
    // The floor first: it spares most rows the look at what they are, which is a cache miss.
    if (Reaches(row.score, floor) && best_.Keeps(row) && wanted(row.row)) best_.Add(row);
  }
}

SegmentScan::Lists SegmentScan::WalkFirst(Lists lists, double& floor, absl::FunctionRef<bool(uint32_t row)> wanted) {
  size_t walked = 0;
  size_t look = kFirstLook;
  size_t i = 0;
  for (; i < lists.size() && Reaches(lists[i].rest, floor); ++i) {
    walked += Walk(TakeWindow(begin_, end_, lists[i]));
    if (walked < look) continue;
    floor = std::max(floor, Floor(lists.subspan(i + 1), wanted));
    look = walked * kNextLook;
  }
  return lists.subspan(i);
}

size_t SegmentScan::Walk(const ScanList& list) {
  // Locals: the compiler cannot know that writing a sum leaves the members alone.
  size_t size = candidates_size_;
  uint16_t* const candidates = candidates_.data();
  Mass* const sums = sums_.data();
  for (const uint32_t slot : list.slots) {
    const uint32_t at = slot - begin_;
    candidates[size] = static_cast<uint16_t>(at);
    size += sums[at] == 0;
    sums[at] += list.idf;
  }
  candidates_size_ = size;
  AddRepeats(list);
  return list.slots.size();
}

void SegmentScan::AddRepeats(const ScanList& list) {
  for (const auto& [slot, count] : list.repeats) {
    const uint32_t at = slot - begin_;
    sums_[at] += weights_.Repeat(list.idf, count, lengths_[at]) - list.idf;
  }
}

double SegmentScan::Floor(Lists rest, absl::FunctionRef<bool(uint32_t row)> wanted) const {
  TopRows leading(best_.limit());
  Mass least = 0;  // a row with less is too light even if it is the shortest
  for (const uint16_t at : std::span(candidates_).first(candidates_size_)) {
    if (sums_[at] < least) continue;
    const RankedRow row = {at, Score(at)};
    if (!leading.Keeps(row) || !wanted(row_ + row.row)) continue;
    leading.Add(row);
    least = static_cast<Mass>(leading.threshold() / weights_.Once(0) * (1 - kRounding));
  }
  TopRows counted(best_.limit());
  for (RankedRow row : leading.Take()) {
    Mass mass = sums_[row.row];
    for (const ScanList& list : rest) {
      if (list.counts != nullptr) mass += CountedMass(list, weights_, begin_ + row.row, lengths_[row.row]);
    }
    row.score = weights_.Score(mass, lengths_[row.row]);
    counted.Add(row);
  }
  return counted.threshold();
}

Mass SegmentScan::Needed(const ScanList& rest, double floor, uint32_t length) const {
  const double once = weights_.Once(length);
  const double needed = std::max(floor / once - rest.mass_rest, (floor - rest.rest) / once);
  constexpr double kMost = std::numeric_limits<int32_t>::max();  // more than a row can have
  return static_cast<Mass>(static_cast<int32_t>(std::clamp(needed * (1 - kRounding), 0.0, kMost)));
}

void SegmentScan::Filter(const ScanList& rest, double floor) {
  for (uint32_t length = 0; length < needed_.size(); ++length) needed_[length] = Needed(rest, floor, length);
  size_t kept = 0;
  for (const uint16_t at : std::span(candidates_).first(candidates_size_)) {
    const uint32_t length = lengths_[at];
    const Mass needed = length < needed_.size() ? needed_[length] : Needed(rest, floor, length);
    candidates_[kept] = at;
    kept += sums_[at] >= needed;
  }
  candidates_size_ = kept;
}

void SegmentScan::Ask(ScanList& list) {
  const auto candidates = std::span(candidates_).first(candidates_size_);
  if (list.counts != nullptr && list.slots.size() > candidates.size() * kCountedCost) {
    for (const uint16_t at : candidates) sums_[at] += CountedMass(list, weights_, begin_ + at, lengths_[at]);
    return;
  }
  const ScanList window = TakeWindow(begin_, end_, list);
  AddRepeats(window);
  if (window.slots.size() < candidates.size() * kLookupCost) {
    for (const uint32_t slot : window.slots) sums_[slot - begin_] += list.idf;
    return;
  }
  for (const uint16_t at : candidates) {
    const auto found = FirstFrom(begin_ + at, window.slots);
    if (found != window.slots.end() && *found == begin_ + at) sums_[at] += list.idf;
  }
}

}  // namespace attune
