// A dataset with all its versions. Rows are multi-version: a row is visible at version v if it was added at or before v
// and not removed by v; an update holds only its delta, and every old version stays readable without a copy.
//
// A Dataset is an immutable snapshot, shared by pointer: readers on any thread need no lock. Snapshots of one dataset
// share their rows and indexes; ONE writer at a time makes the next snapshot with Apply and either publishes it or
// calls Undo on it. Readers of older snapshots never notice either. Indexes of more than a few rows are merged by a
// worker, beside readers and writer; what is in a version, and what is found there, is the same before and after:
//
//   worker:  while (snapshot->NeedsMerge()) { merged = snapshot->Merge(stopped); hand it to the writer }
//   writer:  newest = Dataset::Install(newest, merged);  publish(newest);
//
// Versions below oldest() are not kept (retention.h). Rows that no kept version shows are dead; a worker makes the same
// dataset without them, in memory of its own, and the writer publishes it once it has all that the newest one has:
//
//   worker:  if (snapshot->NeedsCompaction()) { compacted = snapshot->Compact(stopped); }
//   worker:  compacted = Dataset::CatchUp(compacted, newest published, stopped);  hand it to the writer
//   writer:  newest = Dataset::CatchUp(compacted, newest, never);  publish(newest);
//
// It is one worker: a merge and a compaction of one dataset exclude each other, until the writer has published it.
#ifndef ATTUNE_DATASET_DATASET_H_
#define ATTUNE_DATASET_DATASET_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataset/dataset_change.h"
#include "dataset/dataset_statistics.h"
#include "dataset/example_view.h"
#include "dataset/packed_examples.h"
#include "dataset/segment_list.h"
#include "dataset/settings.h"

namespace attune {

struct Row;
struct ScoredExample;
class Bm25Weights;

class Dataset {
 public:
  static DatasetPtr Empty(std::string name);

  // The next version: `version` gives its number (latest() + 1), revision, time, description and settings (null: those
  // of the version before); the counts are filled in. Writer only, on the newest snapshot. INVALID_ARGUMENT
  // (DATASET_FULL) at 2^32 rows or 2^31 - 1 versions.
  static absl::StatusOr<DatasetPtr> Apply(const DatasetPtr& base, const DatasetDelta& delta, DatasetVersion version);
  // Takes back what Apply marked, for a snapshot that is not going to be published. Writer only; the last one first.
  static void Undo(const DatasetPtr& applied);

  // Whether some segments should become one. Without merges all is found, only slower; how many segments there may be
  // is bounded in any case (segment_list.h).
  bool NeedsMerge() const;
  // The segments that should be merged first, as one. Takes about 3 us a row. Any thread; reads only. Null if `stopped`
  // says so meanwhile. NeedsMerge() must be true.
  SegmentPtr Merge(absl::FunctionRef<bool()> stopped) const;
  // The newest snapshot, of the same version, with a merged segment of an earlier one in place of those that it was
  // made of; the same snapshot if the writer has merged them itself. Writer only, on a snapshot that is published.
  static DatasetPtr Install(const DatasetPtr& newest, SegmentPtr merged);

  // Whether there are many dead rows that are still in memory.
  bool NeedsCompaction() const;
  // The same versions in a storage of its own, without the rows that are dead now. What kept versions show and find is
  // the same, to the last bit, and rows keep their positions. Takes about 1 us a row, and the memory of what it makes.
  // Any thread; reads only. Null if `stopped` says so meanwhile.
  DatasetPtr Compact(absl::FunctionRef<bool()> stopped) const;
  // What CatchUp has to do: rows added and removed and versions made since.
  static uint64_t Behind(const DatasetPtr& compacted, const DatasetPtr& newest);
  // What Compact (or CatchUp) gave, with all that a newer snapshot has more: the next snapshot in its storage. About 3
  // us a row. One thread at a time; nobody else may see the storage yet. Null if `stopped` says so meanwhile.
  static DatasetPtr CatchUp(const DatasetPtr& compacted, const DatasetPtr& newest, absl::FunctionRef<bool()> stopped);

  DatasetChange Preview(const DatasetDelta& delta) const;

  const std::string& name() const { return name_; }
  int64_t latest() const { return latest_; }  // 0: no version yet
  // The oldest version that stays readable by the rule of retention.h; at least 1. Older ones keep their records, and
  // must not be read: CheckKept refuses them.
  int64_t oldest() const { return StatisticsAt(latest_).oldest; }
  bool Keeps(int64_t version) const { return version == 0 || version >= oldest(); }
  // 0 to latest().
  const DatasetVersion& Version(int64_t version) const;
  const DatasetSettings& Settings(int64_t version) const;
  // The latest version at or before a revision of the catalog; 0: none.
  int64_t VersionAtRevision(int64_t revision) const;

  // For the files of this room: what a search reads.
  using Statistics = DatasetStatistics;
  const Statistics& StatisticsAt(int64_t version) const;
  std::shared_ptr<const Bm25Weights> WeightsAt(int64_t version) const;
  const std::vector<SegmentPtr>& segments() const { return segments_.all(); }
  // Of a row that was dropped, or came after the latest version (vectors may be ahead of a snapshot): one without an
  // example, which no version shows.
  const Row& RowAt(uint32_t position) const;
  // Whether no version that is kept shows the row, nor any later one will.
  bool IsDead(uint32_t position) const;

  // Rows that are left have places in memory, without gaps (dropped_rows.h); segments tell places.
  const Row& RowIn(uint32_t place) const;
  uint32_t PositionOf(uint32_t place) const;
  // Of the first row from a position on that is left.
  uint32_t PlaceOf(uint32_t position) const;
  // So many rows that are left were added at or before the version.
  uint32_t PlacesAt(int64_t version) const { return PlaceOf(StatisticsAt(version).rows); }
  // Dropped rows that have the term; they count for every kept version.
  uint32_t DroppedWith(uint64_t term) const;
  // The place of the row with this id that is visible at the version; -1: not there.
  int64_t FindRow(std::string_view id, int64_t version) const;
  // What its memory is in, which other snapshots share.
  std::vector<std::shared_ptr<const void>> Parts() const;

 private:
  struct Storage;  // rows and versions, shared by all snapshots

  void Remove(int64_t place, DatasetVersion& counts, Statistics& statistics);
  void Append(const std::vector<ExamplePtr>& examples, DatasetVersion& counts, Statistics& statistics);
  void AppendSegment(std::span<const ExamplePtr> examples, DatasetVersion& counts, Statistics& statistics);
  // For compactions.
  bool TakeVersions(const Dataset& from, int64_t first, absl::FunctionRef<bool()> stopped);
  bool TakeRows(const Dataset& from, uint32_t first, absl::FunctionRef<bool()> stopped);
  bool TakeRemovals(const Dataset& from, uint32_t first, absl::FunctionRef<bool()> stopped);
  bool IndexRows(uint32_t first, absl::FunctionRef<bool()> stopped);

  std::string name_;
  int64_t latest_ = 0;
  uint32_t rows_end_ = 0;  // StatisticsAt(latest_).rows
  std::shared_ptr<Storage> storage_;
  SegmentList segments_;
  std::shared_ptr<const Bm25Weights> weights_;  // at the latest version
  PackedExamples::End examples_end_;            // after those of the latest version
};

// A dataset as it was at one version. Cheap to copy; keeps the snapshot alive, and with it the examples that it gives.
class DatasetView {
 public:
  DatasetView() = default;  // empty: no examples
  DatasetView(DatasetPtr dataset, int64_t version) : dataset_(std::move(dataset)), version_(version) {}

  int64_t version() const { return version_; }
  const DatasetPtr& dataset() const { return dataset_; }
  // A view of none: not there at this version. O(log rows).
  ExampleView Find(std::string_view id) const;
  // Rows visible at this version in the order of their addition, from position `from` on, until `visit` returns false.
  // Positions are stable for ever; the one given to `visit`, plus 1, continues the walk.
  void Visit(uint64_t from, const std::function<bool(uint64_t position, ExampleView)>& visit) const;
  // The best matches for a question, best first, of both splits; ties by position. Exactly the ranking of an exhaustive
  // scan.
  std::vector<ScoredExample> Search(std::string_view question, size_t limit,
                                    const std::function<bool(ExampleView)>& accept = nullptr) const;

 private:
  DatasetPtr dataset_;
  int64_t version_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_DATASET_H_
