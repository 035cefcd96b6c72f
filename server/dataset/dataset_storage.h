// What all snapshots of a dataset share, until a compaction gives the next ones a storage of their own. One writer
// appends; each snapshot tells its readers how far they may read. For the files that make datasets.
#ifndef ATTUNE_DATASET_DATASET_STORAGE_H_
#define ATTUNE_DATASET_DATASET_STORAGE_H_

#include <cstdint>

#include "base/append_log.h"
#include "dataset/dataset.h"
#include "dataset/dropped_rows.h"
#include "dataset/packed_examples.h"
#include "dataset/row.h"

namespace attune {

// Of many rows, so many are indexed at a time: what that takes besides the index is about 1 KiB a row.
inline constexpr uint32_t kRowsOfSegment = 65'536;

struct Dataset::Storage {
  DroppedRows dropped;                 // made before anyone else sees the storage
  RowLog rows;                         // those that are left, by their places
  PackedExamples examples;             // of the rows
  AppendLog<DatasetVersion> versions;  // version n at index n; index 0 is "no version yet"
  AppendLog<Statistics> statistics;    // the same
  AppendLog<uint32_t> removals;        // positions of removed rows in the order of their removal, but for dropped ones

  // The removal that is number `removed` of all, whose row was not dropped: dropped ones were the first to be removed.
  uint32_t Removal(uint32_t removed) const { return removals[removed - dropped.size()]; }
  void AddRemoval(uint32_t removed, uint32_t position) {  // writer only
    removals.Reserve(removed - dropped.size() + 1);
    removals.Mutable(removed - dropped.size()) = position;
  }
  // Writer only. By the position of a row that is left.
  Row& MutableRow(uint32_t position) { return rows.Mutable(dropped.PlaceOf(position)); }
};

}  // namespace attune

#endif  // ATTUNE_DATASET_DATASET_STORAGE_H_
