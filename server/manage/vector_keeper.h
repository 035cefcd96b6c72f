// Keeps the vectors of one dataset and one embedding model: reads what is stored, asks the model for what is missing in
// batches, stores each as it comes, and publishes snapshots of the index. See backfill.h.
#ifndef ATTUNE_MANAGE_VECTOR_KEEPER_H_
#define ATTUNE_MANAGE_VECTOR_KEEPER_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/sleep.h"
#include "base/snapshot_cell.h"
#include "base/wake_up.h"
#include "base/worker_pool.h"
#include "dataset/vector_shelf.h"
#include "manage/backfill_counters.h"
#include "manage/embed_plan.h"
#include "manage/embed_texts.h"
#include "manage/vector_renewal.h"
#include "prompt/catalog.h"
#include "provider/call_places.h"
#include "provider/registry.h"
#include "store/store.h"

namespace attune {

inline constexpr size_t kLoadRows = 1'024;                       // read from the store at once
inline constexpr size_t kTurnRows = 384;                         // whose vectors are made and published together
inline constexpr size_t kBatchTexts = 96;                        // of one request
inline constexpr size_t kBatchBytes = 256 << 10;                 // of the texts of one request
inline constexpr int32_t kBatchesInFlight = 4;                   // of all datasets together, of one model
inline constexpr absl::Duration kBatchTime = absl::Minutes(2);   // for one request, with its retries
inline constexpr absl::Duration kFirstPause = absl::Seconds(1);  // after a failure; doubles with each further one
inline constexpr absl::Duration kLongestPause = absl::Minutes(1);
inline constexpr absl::Duration kLongestAskedPause = absl::Minutes(10);  // that the model's vendor may ask for

// What the backfill works with; all of it must outlive it.
struct BackfillParts {
  Store& store;
  const Clock& clock;
  const Sleeper& sleeper;
  WorkerPool& workers;
  asio::io_context& io;  // whose one thread all of it runs on, but for what blocks or computes
  const SnapshotCell<Catalog>& catalog;
  const SnapshotCell<ProviderRegistry>& providers;
  SnapshotCell<VectorShelf>& shelf;  // written by the backfill alone
};

// Puts vectors on the shelf, null: takes them away.
using PublishVectors = std::function<void(const VectorKey&, std::shared_ptr<const DatasetVectors>)>;

// All calls on the thread of `parts.io`.
class VectorKeeper {
 public:
  VectorKeeper(VectorKey key, const BackfillParts& parts, CallPlaces& places, BackfillCounters& counters,
               PublishVectors publish);

  // Until Stop. It must outlive the coroutine, which must not throw when cancelled.
  asio::awaitable<void> Run();
  // Versions whose rows are to have vectors, in rising order.
  void Want(std::vector<int64_t> versions);
  // Ends Run soon, and what it waits for.
  void Stop();
  asio::cancellation_slot slot() { return cancel_.slot(); }

 private:
  struct Turn {
    std::vector<RowText> rows;
    uint64_t next = 0;                                              // where the next turn goes on
    std::vector<std::string> keys;                                  // of the rows
    absl::flat_hash_map<std::string, std::vector<float>> made;      // by key; empty: refused
    std::vector<std::pair<std::string, std::string_view>> missing;  // key and text, each once
    absl::Status failure;                                           // of the model or the store, the first one
    absl::Status refusal;
  };

  asio::awaitable<absl::Status> Work(int& failures);
  asio::awaitable<absl::Status> Load();
  // Makes the vectors of the next rows that have none. `rows`: how many there were; 0: none is missing.
  asio::awaitable<absl::Status> TakeTurn(size_t& rows);
  asio::awaitable<void> AskForMissing(Turn& turn);
  // For those from `begin` to before `end`.
  asio::awaitable<absl::Status> Ask(Turn& turn, size_t begin, size_t end);
  // Links some of the vectors, so that many are searched fast, or lets go of some; seconds of work. `busy`: there was
  // such work.
  asio::awaitable<absl::Status> Merge(bool& busy);
  asio::awaitable<absl::Status> StoreVectors(std::vector<VectorRecord> records);
  // These run on a worker, while the coroutine waits for them.
  absl::Status LoadSome(const Dataset& dataset, bool& more);
  absl::Status FindMissing(Turn& turn);
  absl::Status Install(Turn& turn);
  absl::Status AddToIndex(std::vector<VectorIndex::Added> added);
  std::vector<std::string> KeysOf(const std::vector<RowText>& rows) const;

  void Publish(VectorState state, const absl::Status& error = absl::OkStatus());
  DatasetPtr dataset() const;

  const VectorKey key_;
  const BackfillParts parts_;
  CallPlaces& places_;
  BackfillCounters& counters_;
  const PublishVectors publish_;
  const asio::any_io_executor executor_;
  asio::cancellation_signal cancel_;
  std::vector<std::unique_ptr<asio::cancellation_signal>> asking_;  // one a batch in flight
  WakeUp changed_;
  WakeUp answered_;
  std::vector<int64_t> versions_;
  std::shared_ptr<const VectorIndex> index_;
  VectorRenewal renewal_;                  // of index_
  bool replaced_ = false;                  // something that was replaced waits to be freed
  absl::flat_hash_set<uint32_t> refused_;  // rows; none that was dropped
  std::string refusal_;                    // why the last of them was
  bool stopping_ = false;
  bool loaded_ = false;
  uint64_t load_next_ = 0;  // row
  static constexpr uint64_t kNoCursor = ~uint64_t{0};
  uint64_t cursor_ = 0;  // rows below it have vectors, or are refused or not wanted; kNoCursor during a turn
};

}  // namespace attune

#endif  // ATTUNE_MANAGE_VECTOR_KEEPER_H_
