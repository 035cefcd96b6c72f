// How a dataset lets go of its dead rows (dataset.h): a worker copies the others, then what has come meanwhile.
#include <span>
#include <utility>

#include "base/analyzer.h"
#include "dataset/bm25.h"
#include "dataset/dataset.h"
#include "dataset/dataset_storage.h"
#include "dataset/segment.h"

namespace attune {
namespace {

// Copying all to give back less is not worth it; and below so many rows there is too little to give back, a few MiB.
constexpr uint32_t kDeadShare = 4;  // one in so many
constexpr uint32_t kLeastDeadRows = 4'096;

// So many rows, versions or removals are taken, or rows indexed, in a millisecond or two: then `stopped` is asked.
constexpr uint32_t kTakenPerLook = 1'024;

}  // namespace

bool Dataset::NeedsCompaction() const {
  if (latest_ == 0) return false;
  const uint32_t dropped = storage_->dropped.size();
  const uint32_t dead = StatisticsAt(oldest()).removed - dropped;
  return dead >= kLeastDeadRows && dead >= (StatisticsAt(latest_).rows - dropped) / kDeadShare;
}

DatasetPtr Dataset::Compact(absl::FunctionRef<bool()> stopped) const {
  auto compacted = std::make_shared<Dataset>();
  compacted->name_ = name_;
  compacted->storage_ = std::make_shared<Storage>();
  const uint32_t places = PlacesAt(latest_);
  std::vector<uint32_t> rows(places, kNoRow);  // by place here: the place there
  DroppedRows& dropped = compacted->storage_->dropped;
  uint32_t left = 0;
  for (uint32_t place = 0; place < places; ++place) {
    if (place % kTakenPerLook == 0 && stopped()) return nullptr;
    if (int64_t{RowIn(place).removed.load(std::memory_order_relaxed)} <= oldest()) continue;
    dropped.Keep(PositionOf(place));
    rows[place] = left++;
  }
  TermCounts terms = storage_->dropped.terms();
  std::vector<SegmentPtr> parts;
  for (const SegmentPtr& whole : segments()) {
    const auto of_part = std::span(rows).subspan(whole->begin(), whole->size());
    const uint32_t begin = parts.empty() ? 0 : parts.back()->end();
    SegmentPtr part = Segment::Compact(*whole, of_part, begin, terms, stopped);
    if (part == nullptr) return nullptr;
    if (part->size() > 0) parts.push_back(std::move(part));
  }
  dropped.Finish(StatisticsAt(latest_).rows, std::move(terms));
  if (!compacted->TakeVersions(*this, 0, stopped) || !compacted->TakeRows(*this, 0, stopped) ||
      !compacted->TakeRemovals(*this, dropped.size(), stopped)) {
    return nullptr;
  }
  if (parts.size() > 1) parts = {Segment::Merge(compacted->storage_->rows, parts, stopped)};
  if (parts.empty()) return compacted;
  if (parts.front() == nullptr) return nullptr;
  compacted->segments_.Add(compacted->storage_->rows, std::move(parts.front()));
  return compacted;
}

uint64_t Dataset::Behind(const DatasetPtr& compacted, const DatasetPtr& newest) {
  const Statistics &then = compacted->StatisticsAt(compacted->latest_), &now = newest->StatisticsAt(newest->latest_);
  return uint64_t{now.rows - then.rows} + (now.removed - then.removed) +
         static_cast<uint64_t>(newest->latest_ - compacted->latest_);
}

DatasetPtr Dataset::CatchUp(const DatasetPtr& compacted, const DatasetPtr& newest, absl::FunctionRef<bool()> stopped) {
  if (newest->latest_ == compacted->latest_) return compacted;
  auto next = std::make_shared<Dataset>(*compacted);
  const Statistics then = compacted->StatisticsAt(compacted->latest_);
  const bool whole =
      next->TakeVersions(*newest, compacted->latest_ + 1, stopped) && next->TakeRows(*newest, then.rows, stopped) &&
      next->TakeRemovals(*newest, then.removed, stopped) && next->IndexRows(next->PlaceOf(then.rows), stopped);
  return whole ? next : nullptr;
}

// With their records, from `first` on. False if stopped.
bool Dataset::TakeVersions(const Dataset& from, int64_t first, absl::FunctionRef<bool()> stopped) {
  latest_ = from.latest_;
  rows_end_ = from.rows_end_;
  weights_ = from.weights_;
  storage_->versions.Reserve(latest_ + 1);
  storage_->statistics.Reserve(latest_ + 1);
  for (int64_t version = first; version <= latest_; ++version) {
    if (version % kTakenPerLook == 0 && stopped()) return false;
    storage_->versions.Mutable(version) = from.Version(version);
    storage_->statistics.Mutable(version) = from.StatisticsAt(version);
  }
  return true;
}

// Those that are not dropped here, from the position `first` on, as if none had been removed. False if stopped.
bool Dataset::TakeRows(const Dataset& from, uint32_t first, absl::FunctionRef<bool()> stopped) {
  Storage& storage = *storage_;
  const uint32_t end = from.PlacesAt(latest_);
  storage.rows.Reserve(PlacesAt(latest_));
  for (uint32_t place = from.PlaceOf(first); place < end; ++place) {
    if (place % kTakenPerLook == 0 && stopped()) return false;
    const int64_t here = storage.dropped.Find(from.PositionOf(place));
    if (here < 0) continue;
    const Row& row = from.RowIn(place);
    Row& copy = storage.rows.Mutable(here);
    copy.example = storage.examples.Add(row.example);
    copy.added = row.added;
    copy.train = row.train;
    copy.signature = row.signature;
    copy.removed.store(kLive, std::memory_order_relaxed);
  }
  examples_end_ = storage.examples.end();
  return true;
}

// From the removal that is number `first` of all on. False if stopped.
bool Dataset::TakeRemovals(const Dataset& from, uint32_t first, absl::FunctionRef<bool()> stopped) {
  const uint32_t end = from.StatisticsAt(latest_).removed;
  for (uint32_t removed = first; removed < end; ++removed) {
    if (removed % kTakenPerLook == 0 && stopped()) return false;
    const uint32_t position = from.storage_->Removal(removed);
    storage_->AddRemoval(removed, position);
    storage_->MutableRow(position).removed.store(from.RowAt(position).removed.load(std::memory_order_relaxed),
                                                 std::memory_order_relaxed);
  }
  return true;
}

// Those from the place `first` on. False if stopped.
bool Dataset::IndexRows(uint32_t first, absl::FunctionRef<bool()> stopped) {
  const uint32_t end = PlacesAt(latest_);
  for (uint32_t begin = first; begin < end; begin += kRowsOfSegment) {
    std::vector<std::vector<uint64_t>> terms;
    for (uint32_t place = begin; place < end && place - begin < kRowsOfSegment; ++place) {
      if (place % kTakenPerLook == 0 && stopped()) return false;
      terms.push_back(AnalyzeText(RowIn(place).example.input()));
    }
    segments_.Add(storage_->rows, Segment::Build(storage_->rows, begin, terms));
  }
  return true;
}

}  // namespace attune
