#include "dataset/segment_scan.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace attune {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// Postings walked before the first look at the sums for a floor; each next look comes after so many times as many.
constexpr size_t kFirstLook = 2'048;
constexpr size_t kNextLook = 4;

// Looking up one row in a list costs about as much as walking so many postings.
constexpr size_t kLookupCost = 32;

// Candidates are filtered again when what they may still gain has shrunk to this share.
constexpr double kFilterAgain = 0.7;

// Sums of bounds are rounded: they may come out this much too low.
constexpr double kRounding = 1e-9;

bool Reaches(double score, double floor) { return score * (1 + kRounding) >= floor; }

uint32_t SlotOf(uint32_t slot) { return slot; }
uint32_t SlotOf(const Repeat& repeat) { return repeat.slot; }

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

}  // namespace

void SegmentScan::Run(const Segment& segment, std::span<ScanList> lists, absl::FunctionRef<bool(uint32_t row)> wanted) {
  double rest = 0;
  for (size_t i = lists.size(); i-- > 0;) lists[i].rest = rest += lists[i].bound;
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

void SegmentScan::ScanWindow(std::span<ScanList> lists, absl::FunctionRef<bool(uint32_t row)> wanted) {
  std::fill_n(sums_.begin(), end_ - begin_, 0);
  candidates_size_ = 0;
  double floor = best_.threshold();
  size_t walked = 0;
  size_t look = kFirstLook;
  auto list = lists.begin();
  for (; list != lists.end() && Reaches(list->rest, floor); ++list) {
    walked += Walk(Take(*list));
    if (walked < look || best_.threshold() > 0) continue;
    floor = Floor(wanted);
    look = walked * kNextLook;
  }
  double filtered = std::numeric_limits<double>::infinity();
  for (; list != lists.end() && candidates_size_ > 0; ++list) {
    if (list->rest < filtered * kFilterAgain) Filter(filtered = list->rest, floor);
    Ask(Take(*list));
  }
  for (size_t i = 0; i < candidates_size_; ++i) {
    const RankedRow row = {row_ + candidates_[i], Score(candidates_[i])};
    if (best_.Keeps(row) && wanted(row.row)) best_.Add(row);
  }
}

ScanList SegmentScan::Take(ScanList& list) const {
  return {
      .slots = TakeRange(begin_, end_, list.slots), .repeats = TakeRange(begin_, end_, list.repeats), .idf = list.idf};
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

double SegmentScan::Floor(absl::FunctionRef<bool(uint32_t row)> wanted) const {
  TopRows partial(best_.limit());
  for (size_t i = 0; i < candidates_size_; ++i) {
    const RankedRow row = {row_ + candidates_[i], Score(candidates_[i])};
    if (partial.Keeps(row) && wanted(row.row)) partial.Add(row);
  }
  return partial.threshold();
}

void SegmentScan::Filter(double rest, double floor) {
  size_t kept = 0;
  for (const uint16_t at : std::span(candidates_).first(candidates_size_)) {
    candidates_[kept] = at;
    kept += Reaches(Score(at) + rest, floor);
  }
  candidates_size_ = kept;
}

void SegmentScan::Ask(const ScanList& list) {
  AddRepeats(list);
  if (list.slots.size() < candidates_size_ * kLookupCost) {
    for (const uint32_t slot : list.slots) sums_[slot - begin_] += list.idf;
    return;
  }
  for (const uint16_t at : std::span(candidates_).first(candidates_size_)) {
    const auto found = FirstFrom(begin_ + at, list.slots);
    if (found != list.slots.end() && *found == begin_ + at) sums_[at] += list.idf;
  }
}

}  // namespace attune
