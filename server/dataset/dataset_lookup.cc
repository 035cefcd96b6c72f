// What is in a dataset, row by row.
#include "dataset/dataset.h"
#include "dataset/dataset_storage.h"
#include "dataset/segment.h"

namespace attune {

DatasetChange Dataset::Preview(const DatasetDelta& delta) const {
  DatasetChange change;
  for (const ExamplePtr& example : delta.upserts) {
    const int64_t row = FindRow(example->id, latest_);
    if (row < 0) {
      change.added.push_back(example);
    } else if (storage_->rows[row].example == *example) {
      ++change.unchanged;
    } else {
      change.updated.push_back(example);
    }
  }
  for (const std::string& id : delta.deletes)
    (FindRow(id, latest_) < 0 ? change.missing : change.deleted).push_back(id);
  return change;
}

const Row& Dataset::RowAt(uint32_t position) const {
  static constinit const Row kDropped = {.removed = 0};
  if (position >= rows_end_) return kDropped;
  const int64_t place = storage_->dropped.Find(position);
  return place < 0 ? kDropped : storage_->rows[place];
}
bool Dataset::IsDead(uint32_t position) const {
  return int64_t{RowAt(position).removed.load(std::memory_order_relaxed)} <= oldest();
}
const Row& Dataset::RowIn(uint32_t place) const { return storage_->rows[place]; }
uint32_t Dataset::PositionOf(uint32_t place) const { return storage_->dropped.PositionOf(place); }
uint32_t Dataset::PlaceOf(uint32_t position) const { return storage_->dropped.PlaceOf(position); }
uint32_t Dataset::DroppedWith(uint64_t term) const { return storage_->dropped.With(term); }

int64_t Dataset::VersionAtRevision(int64_t revision) const {
  int64_t low = 0, high = latest_;  // the answer is in [low, high]
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    if (Version(middle).revision <= revision) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

int64_t Dataset::FindRow(std::string_view id, int64_t version) const {
  for (auto segment = segments().rbegin(); segment != segments().rend(); ++segment) {
    const int64_t row = (*segment)->FindRow(storage_->rows, id, version);
    if (row >= 0) return row;
  }
  return -1;
}

}  // namespace attune
