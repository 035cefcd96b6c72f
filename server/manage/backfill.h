// Makes the vectors that datasets want, in the background: of every dataset whose settings name an embedding model,
// after a start, an update or a change of the settings. Nothing on the request path waits for it: readers take the
// snapshot of the shelf that is there.
//
// Each pair of dataset and model has a VectorKeeper of its own, a coroutine on one I/O thread. They take turns at the
// models: of each model a few batches are in flight, and whose batch came first is next. A failure is a pause of that
// one dataset.
#ifndef ATTUNE_MANAGE_BACKFILL_H_
#define ATTUNE_MANAGE_BACKFILL_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/mutex.h"
#include "manage/vector_keeper.h"

namespace attune {

class Backfill {
 public:
  explicit Backfill(const BackfillParts& parts);
  // Shuts down.
  ~Backfill();
  Backfill(const Backfill&) = delete;
  Backfill& operator=(const Backfill&) = delete;

  // Begins: catalog and providers are there. Before it Wake does nothing.
  void Start();
  // The catalog has changed: looks at what is wanted now. Any thread; never blocks.
  void Wake();
  // Stops, and waits until all has ended; what was answered before is stored. Before the I/O threads stop, from a
  // thread that is not one of them. Idempotent.
  void Shutdown();

  // Tells on the I/O thread whether vectors are being read or linked (VectorShelf::WarmingDatasets): soon after this
  // call, and then whenever that changes; after Shutdown never again. Once, any thread.
  void Watch(std::function<void(bool warming)> watcher);

  const BackfillCounters& counters() const { return counters_; }

 private:
  void Look();
  void Begin(const VectorKey& key);
  void Ended(const VectorKey& key);
  void Done();
  void Publish(const VectorKey& key, std::shared_ptr<const DatasetVectors> vectors);
  void TellWarming();
  bool stopping() const {
    MutexLock lock(mutex_);
    return stopping_;
  }

  const BackfillParts parts_;
  BackfillCounters counters_;
  CallPlaces places_;
  std::map<VectorKey, std::unique_ptr<VectorKeeper>> keepers_;  // only on the I/O thread
  std::function<void(bool)> watcher_;                           // as keepers_
  std::optional<bool> told_;                                    // to the watcher, last
  mutable Mutex mutex_;
  CondVar ended_;
  size_t posted_ ABSL_GUARDED_BY(mutex_) = 0;   // pieces of work on their way to the I/O thread
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // a look is among them
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;  // coroutines of keepers
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_BACKFILL_H_
