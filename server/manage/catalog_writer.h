// The only writer of the catalog: one thread that takes jobs from a bounded queue, and for each batch of them builds,
// commits durably, publishes, acknowledges - in this order. Jobs that wait together share one commit to the disk.
// Between two batches it puts merged indexes and compacted datasets into the catalog (segment_merger.h), which the disk
// need not know of.
#ifndef ATTUNE_MANAGE_CATALOG_WRITER_H_
#define ATTUNE_MANAGE_CATALOG_WRITER_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "attune/store/v1/commit.pb.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/snapshot_cell.h"
#include "manage/apply_commit.h"
#include "manage/request_ids.h"
#include "manage/segment_merger.h"
#include "prompt/catalog.h"
#include "store/store.h"

namespace attune {

inline constexpr size_t kMaxQueuedWrites = 4096;                   // jobs; more are refused with OVERLOADED
inline constexpr size_t kMaxQueuedWriteBytes = size_t{512} << 20;  // of their requests; one job alone may have more
inline constexpr size_t kMaxBatchWrites = 256;                     // jobs that share one commit to the disk
inline constexpr size_t kMaxCommitBytes = size_t{512} << 20;       // of one write; more is TOO_LARGE

// What a write is going to do, as its planner decided it.
struct WritePlan {
  // Not set: nothing changes, only the answer is given. The planner sets `change`; the writer fills in the rest.
  std::optional<store::v1::Commit> commit;
  std::string answer;  // the serialised response
};

// When and where a plan will stand if it is committed.
struct WriteSlot {
  int64_t revision = 0;
  int64_t time_us = 0;
};

struct WriteJob {
  std::string request_id;   // may be empty
  std::string fingerprint;  // hash of the request's content
  bool validate_only = false;
  size_t bytes = 0;  // about what the job holds in memory
  // Decides against the state with all earlier writes applied. Runs on the writer's thread.
  std::function<absl::StatusOr<WritePlan>(const Catalog& catalog, const WriteSlot& slot)> plan;
  // Called exactly once, on the writer's thread (or in Submit, if the job is refused), with the serialised response.
  std::function<void(absl::StatusOr<std::string>)> done;
};

class CatalogWriter {
 public:
  // Replays the log of `store` into `cell` and starts the thread; a log without records gets the prompt `default`.
  // `on_publish` is called once in here, then on the writer's thread after each publication, also of what was merged.
  // All references must outlive the writer. Errors: those of the store; DATA_LOSS (BAD_COMMIT).
  static absl::StatusOr<std::unique_ptr<CatalogWriter>> Open(Store& store, const Clock& clock,
                                                             SnapshotCell<Catalog>& cell,
                                                             std::function<void(int64_t revision)> on_publish);
  // Finishes the jobs that are queued, then stops. A merge that runs is given up.
  ~CatalogWriter();
  CatalogWriter(const CatalogWriter&) = delete;
  CatalogWriter& operator=(const CatalogWriter&) = delete;

  // Any thread; never blocks.
  void Submit(WriteJob job);

 private:
  struct Planned {
    WriteJob job;
    absl::StatusOr<std::string> outcome;
    bool in_batch = false;    // its outcome depends on the batch's commit
    bool remembered = false;  // its request id became known with this batch
  };

  CatalogWriter(Store& store, const Clock& clock, SnapshotCell<Catalog>& cell, std::function<void(int64_t)> on_publish);
  absl::Status Replay();
  void Run();
  struct Merged {
    std::string dataset;
    SegmentMerger::Change change;
  };
  struct Work {  // nothing of either: the writer is to stop
    std::optional<Merged> merged;
    std::vector<WriteJob> batch;
  };

  void RunBatch(std::vector<WriteJob> batch);
  Work TakeWork();
  // On the merger's thread; returns when it is published. False: nothing was changed.
  bool HandOver(Merged merged);
  void Install(const Merged& merged);
  bool PutInPlace(const Merged& merged);
  absl::StatusOr<std::string> PlanJob(Planned& entry, CatalogDraft& draft, std::vector<LogRecord>& records);
  absl::Status Commit(CatalogDraft& draft, const std::vector<LogRecord>& records);
  void Refuse(std::vector<Planned>& planned, const absl::Status& failed);

  Store& store_;
  const Clock& clock_;
  SnapshotCell<Catalog>& cell_;
  const std::function<void(int64_t)> on_publish_;
  RequestIds request_ids_;  // only on the writer's thread, once it runs

  Mutex mutex_;
  CondVar work_;
  std::deque<WriteJob> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Merged> merged_ ABSL_GUARDED_BY(mutex_);
  bool merger_waits_ ABSL_GUARDED_BY(mutex_) = false;   // until its change is published
  bool was_installed_ ABSL_GUARDED_BY(mutex_) = false;  // the last change
  CondVar installed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<SegmentMerger> merger_;  // from Open until the destructor
  std::thread thread_;                     // started when everything else is there
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_CATALOG_WRITER_H_
