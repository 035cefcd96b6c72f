#include "dataset/segment_scan.h"

#include <algorithm>
#include <cmath>

namespace attune {

static_assert(kLevels < Bm25Weights::kUsualCounts);

void SegmentScan::Run(const Segment& segment, uint32_t rows, std::span<ScanList> lists, const WantedRows& wanted) {
  if (lists.empty()) return;
  unit_ = SetSteps(weights_, lists);
  CollectSets(lists);
  // A bound is a total times what a unit of mass scores in the row, in units that make that kMostWeight at most.
  bound_unit_ = unit_ * weights_.Once(0) / kMostWeight * (1 + kRounding);
  length_weights_ = {.scale = static_cast<float>(kMostWeight * weights_.base() * (1 + kRounding)),
                     .base = static_cast<float>(weights_.base()),
                     .slope = static_cast<float>(weights_.slope())};
  for (begin_ = 0; begin_ < rows; begin_ = end_) {
    end_ = std::min(begin_ + kWindow, rows);
    row_ = segment.begin() + begin_;
    lengths_ = segment.lengths() + begin_;
    ScanWindow(lists, wanted);
  }
}

void SegmentScan::ScanWindow(std::span<ScanList> lists, const WantedRows& wanted) {
  FindBounds(lists);
  if (CountFrom(Least()) == 0) return;
  uint16_t below = kBoundsEnd;
  size_t looked_for = best_.limit();
  for (uint16_t least = Least(); least < below; least = Least()) {
    const uint16_t from = NextFrom(least, below, looked_for);
    AddBest(from, below, lists, wanted);
    below = from;
    looked_for *= 2;  // many are not wanted
  }
}

void SegmentScan::CollectSets(std::span<const ScanList> lists) {
  sets_.clear();
  sets_.reserve(kUsualSets);
  for (const ScanList& list : lists) {
    for (uint32_t level = 0; level < list.dense_sets; ++level) {
      sets_.push_back({.bits = list.postings.rows(level).bits, .step = list.steps[level]});
    }
    if (list.ends_chunk) sets_.back().ends_chunk = true;
  }
}

void SegmentScan::FindBounds(std::span<ScanList> lists) {
  const size_t blocks = BlocksOf(end_ - begin_);
  std::fill_n(masses_.begin(), blocks * kBlockRows, 0);
  for (ScanList& list : lists) AddMasses(list);
  loops_.bound({.blocks = blocks,
                .sets = sets_,
                .first_byte = ByteOf(begin_),
                .masses = masses_.data(),
                .per_mass = static_cast<float>((1 + kRounding) / unit_),
                .lengths = lengths_,
                .weights = length_weights_},
               bounds_.data(), peaks_.data());
}

void SegmentScan::AddMasses(ScanList& list) {
  // Locals: the compiler cannot know that writing a mass leaves the members alone.
  Mass* const masses = masses_.data();
  const uint16_t* const lengths = lengths_;
  const Bm25Weights& weights = weights_;
  const Mass idf = list.idf;
  for (uint32_t level = list.dense_sets; level < list.postings.levels(); ++level) {
    const SlotList slots = list.postings.rows(level).slots;
    size_t& passed = list.passed[level];
    if (level == 0) {
      PassUpTo(begin_, end_, slots, passed, [=](uint32_t row) { masses[row] += idf; });
    } else if (list.postings.longest(level) < Bm25Weights::kUsualLengths) {
      const uint32_t* const before = weights.RepeatsByLength(level);
      const uint32_t* const now = weights.RepeatsByLength(level + 1);
      PassUpTo(begin_, end_, slots, passed, [=](uint32_t row) {
        const uint32_t length = lengths[row];
        masses[row] += Bm25Weights::Multiply(idf, now[length]) - Bm25Weights::Multiply(idf, before[length]);
      });
    } else {
      PassUpTo(begin_, end_, slots, passed, [=, &weights](uint32_t row) {
        masses[row] += weights.Repeat(idf, level + 1, lengths[row]) - weights.Repeat(idf, level, lengths[row]);
      });
    }
  }
  PassUpTo(begin_, end_, list.postings.many(), list.passed[kLevels], [=, &weights](uint32_t row, uint32_t count) {
    masses[row] += weights.Repeat(idf, count, lengths[row]) - weights.Repeat(idf, kLevels, lengths[row]);
  });
}

uint16_t SegmentScan::Least() const {
  const double least = std::ceil(best_.threshold() / bound_unit_);
  return static_cast<uint16_t>(std::clamp(least, 1.0, double{kBoundsEnd}));
}

size_t SegmentScan::CountFrom(uint16_t from) const {
  const size_t rows = end_ - begin_;
  if (rows <= kCountedRows) return loops_.count_from(bounds_.data(), rows, from);
  return loops_.count_from(peaks_.data(), BlocksOf(rows) * kPeaks, from);
}

uint16_t SegmentScan::NextFrom(uint16_t least, uint16_t below, size_t looked_for) const {
  const size_t above = CountFrom(below);
  uint16_t from = least;
  size_t count = CountFrom(from) - above;
  uint16_t high = below;
  while (count > 2 * looked_for && high - from > 1) {
    const auto middle = static_cast<uint16_t>(from + (high - from) / 2);
    const size_t fewer = CountFrom(middle) - above;
    if (fewer < looked_for) {
      high = middle;
    } else {
      from = middle;
      count = fewer;
    }
  }
  return from;
}

void SegmentScan::AddBest(uint16_t from, uint16_t below, std::span<const ScanList> lists, const WantedRows& wanted) {
  const size_t size = loops_.collect(bounds_.data(), end_ - begin_, from, below, candidates_.data());
  for (size_t begin = 0; begin < size; begin += kGroup) {
    AddGroup(std::span(candidates_).subspan(begin, std::min(kGroup, size - begin)), lists, wanted);
  }
}

void SegmentScan::AddGroup(std::span<const uint16_t> group, std::span<const ScanList> lists, const WantedRows& wanted) {
  const std::array<Mass, kGroup> masses = MassesOf(group, lists);
  std::array<RankedRow, kGroup> rows;
  size_t kept = 0;
  for (size_t i = 0; i < group.size(); ++i) {
    const RankedRow row = {row_ + group[i], weights_.Score(masses[i], lengths_[group[i]])};
    if (!best_.Keeps(row)) continue;
    wanted.prefetch(row.row);
    rows[kept++] = row;
  }
  for (const RankedRow& row : std::span(rows).first(kept)) {
    if (best_.Keeps(row) && wanted.wanted(row.row)) best_.Add(row);
  }
}

std::array<Mass, SegmentScan::kGroup> SegmentScan::MassesOf(std::span<const uint16_t> group,
                                                            std::span<const ScanList> lists) const {
  std::array<Mass, kGroup> masses;
  for (size_t i = 0; i < group.size(); ++i) masses[i] = masses_[group[i]];
  for (const ScanList& list : lists) {
    if (list.dense_sets == 0) continue;
    const uint8_t* const bits = list.postings.rows(0).bits;
    // Without a branch: it would be a guess each time.
    for (size_t i = 0; i < group.size(); ++i) masses[i] += HasRow(bits, begin_ + group[i]) * list.idf;
    for (uint32_t level = 1; level < list.dense_sets; ++level) {
      const uint8_t* const more = list.postings.rows(level).bits;
      for (size_t i = 0; i < group.size(); ++i) {
        if (HasRow(more, begin_ + group[i]) != 0) masses[i] += MoreMass(list.idf, lengths_[group[i]], level + 1, level);
      }
    }
  }
  return masses;
}

}  // namespace attune
