// Merges the indexes of datasets in the background: one thread, one merge at a time, the datasets in turn. It
// reads published snapshots, so that neither readers nor the writer wait for it, and hands what it made to
// the writer, who puts it in its place. Nothing of it is stored, and no version or revision tells of it: a restart
// merges anew.
#ifndef ATTUNE_MANAGE_SEGMENT_MERGER_H_
#define ATTUNE_MANAGE_SEGMENT_MERGER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "base/snapshot_cell.h"
#include "prompt/catalog.h"

namespace attune {

class SegmentMerger {
 public:
  // On the merger's thread: puts a merged segment into the newest snapshot of a dataset, and returns when that is
  // published.
  using Install = std::function<void(const std::string& dataset, SegmentPtr merged)>;

  // Starts the thread. `catalog`, and what `install` refers to, must outlive the merger.
  SegmentMerger(const SnapshotCell<Catalog>& catalog, Install install);
  // Stops.
  ~SegmentMerger();
  SegmentMerger(const SegmentMerger&) = delete;
  SegmentMerger& operator=(const SegmentMerger&) = delete;

  // The catalog has changed. Any thread; never blocks.
  void Wake();
  // Gives up a merge that runs, within milliseconds; waits for an install. Idempotent; not from several threads at
  // once.
  void Stop();

 private:
  void Run();
  bool WaitForWork();
  // False: there was nothing to merge, or it is to stop.
  bool MergeOne();

  const SnapshotCell<Catalog>& catalog_;
  const Install install_;
  std::string last_;  // the dataset that was merged last; only on the thread
  std::atomic<bool> stopping_{false};
  Mutex mutex_;
  CondVar work_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = true;
  std::thread thread_;  // last: started when everything else is there
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_SEGMENT_MERGER_H_
