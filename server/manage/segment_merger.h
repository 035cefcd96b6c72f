// Merges the indexes of datasets, and makes datasets anew without their dead rows (a compaction, dataset/dataset.h), in
// the background: one thread, one of these at a time, the datasets in turn. It reads published snapshots, so that
// neither readers nor the writer wait for it, and hands what it made to the writer, who puts it in its place. What was
// replaced may be hundreds of MiB: its memory is freed here, once the last reader has gone. Nothing of it is stored,
// and no version or revision tells of it: a restart does it anew.
#ifndef ATTUNE_MANAGE_SEGMENT_MERGER_H_
#define ATTUNE_MANAGE_SEGMENT_MERGER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/last_owner.h"
#include "base/mutex.h"
#include "base/snapshot_cell.h"
#include "prompt/catalog.h"

namespace attune {

// How far a compaction may be behind when it is handed over, in rows and versions: about a millisecond of the writer's
// time, as a small update takes. Twice as far each time that more was written meanwhile: so it ends, however fast
// updates are, and the writer takes over less than twice as much as it has itself written in the round before.
inline constexpr uint64_t kFirstCatchUp = 256;

class SegmentMerger {
 public:
  // What the writer is to do: from the newest snapshot of a dataset to the same with what was made; the same snapshot
  // if it does not fit.
  using Change = std::function<DatasetPtr(const DatasetPtr& newest)>;
  // On the merger's thread: has the writer change a dataset, and returns when that is published. False: it did not fit.
  using Install = std::function<bool(const std::string& dataset, Change change)>;

  // Starts the thread. `catalog`, and what `install` refers to, must outlive the merger.
  SegmentMerger(const SnapshotCell<Catalog>& catalog, Install install);
  // Stops.
  ~SegmentMerger();
  SegmentMerger(const SegmentMerger&) = delete;
  SegmentMerger& operator=(const SegmentMerger&) = delete;

  // The catalog has changed. Any thread; never blocks.
  void Wake();
  // Gives up what runs, within milliseconds; waits for an install. Idempotent; not from several threads at
  // once.
  void Stop();

 private:
  void Run();
  bool WaitForWork();
  // False: there was nothing to do, or it is to stop.
  bool WorkOnce();
  bool Merge(const Dataset& dataset);
  bool Compact(const Dataset& dataset);
  // What the writer has put in the place of a snapshot of `last_`.
  void KeepReplaced(const Dataset& before);
  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }

  const SnapshotCell<Catalog>& catalog_;
  const Install install_;
  std::string last_;    // the dataset that was worked on last; only on the thread
  LastOwner replaced_;  // the same
  std::atomic<bool> stopping_{false};
  Mutex mutex_;
  CondVar work_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = true;
  std::thread thread_;  // last: started when everything else is there
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_SEGMENT_MERGER_H_
