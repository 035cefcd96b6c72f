// Commits to an SQLite file in the directory for temporary files (TMPDIR): on a disk, commits wait for it. CPU time is
// the whole process's where another thread than the caller's does the work.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/snapshot_cell.h"
#include "base/strings.h"
#include "manage/catalog_editor.h"
#include "manage/catalog_writer.h"
#include "prompt/catalog.h"
#include "store/interaction_queue.h"
#include "store/sqlite_store.h"
#include "tests/fakes/faulty_store.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

constexpr size_t kPayloadBytes = 500;  // of one record

// An SQLite store in a directory of its own.
class ScratchStore {
 public:
  ScratchStore() : store_(*OpenSqliteStore({.path = directory_.File("attune.db")})) {}
  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

 private:
  const ScratchDirectory directory_;
  const std::unique_ptr<Store> store_;
};

// The number is that of the records that share a commit; time is that of one record.
void BM_CommitCatalog(benchmark::State& state) {
  ScratchStore store;
  const std::string payload(kPayloadBytes, 'p');
  int64_t revision = 0;
  while (state.KeepRunningBatch(state.range(0))) {
    std::vector<LogRecord> records;
    for (int64_t i = 0; i < state.range(0); ++i) records.push_back({++revision, payload});
    if (!store->AppendCatalog(records).ok()) return state.SkipWithError("the commit failed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CommitCatalog)->Arg(1)->Arg(16)->UseRealTime()->Unit(benchmark::kMicrosecond);

v1::UpdateDatasetRequest UpdateRequest(int64_t number) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  v1::Example& example = *request.add_mutations()->mutable_upsert();
  example.set_id(StrCat("e", number % 1'000));
  example.set_input("How do I turn it off when the light is red?");
  example.set_output(StrCat("Hold the button for three seconds. (", number, ")"));
  return request;
}

// The number is that of the writers, each of whom has one UpdateDataset on its way; time is that of one
// write, acknowledged. `writes_per_commit`: how many shared a commit to the disk.
void BM_UpdateThroughWriter(benchmark::State& state) {
  ScratchStore sqlite;
  FaultyStore store(*sqlite);  // counts
  const SystemClock clock;
  SnapshotCell<Catalog> cell(std::make_shared<const Catalog>());
  std::counting_semaphore<> answered(0);
  std::atomic<int64_t> failed = 0;
  auto writer = CatalogWriter::Open(store, clock, cell, [](int64_t) {});
  if (!writer.ok()) return state.SkipWithError("the writer did not start");
  const SnapshotCell<ProviderRegistry> providers(
      std::make_shared<const ProviderRegistry>(ProviderRegistry::Builder().Build()));
  CatalogEditor editor(**writer, providers);
  const auto on_answer = [&](const absl::StatusOr<v1::UpdateDatasetResponse>& response) {
    if (!response.ok()) ++failed;
    answered.release();
  };
  int64_t writes = 0;
  for (; writes < state.range(0) - 1; ++writes) editor.UpdateDataset(UpdateRequest(writes), on_answer);
  for (auto _ : state) {
    editor.UpdateDataset(UpdateRequest(writes++), on_answer);
    answered.acquire();
  }
  writer->reset();  // answers the rest
  if (failed > 0) state.SkipWithError("a write failed");
  const auto commits = static_cast<double>(store.catalog_batches().size() - 1);  // without the prompt `default`
  state.counters["writes_per_commit"] = static_cast<double>(writes) / commits;
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_UpdateThroughWriter)
    ->Arg(1)
    ->Arg(16)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMicrosecond);

InteractionRecord BenchInteraction(int64_t number) {
  return {StrCat("i", number), 1, "faq", 0, std::string(kPayloadBytes, 'p')};
}

constexpr int64_t kPushes = 4'096;  // between two flushes: the queue never fills up

// False: something was not written.
bool FlushAll(InteractionQueue& queue) { return queue.Flush(absl::Minutes(1)).ok() && queue.counters().dropped == 0; }

// What the caller's thread pays for one interaction.
void BM_PushInteraction(benchmark::State& state) {
  ScratchStore store;
  InteractionQueue queue(*store);
  int64_t pushed = 0;
  bool written = true;
  for (auto _ : state) {
    benchmark::DoNotOptimize(queue.Push(BenchInteraction(pushed++)));
    if (pushed % kPushes != 0) continue;
    state.PauseTiming();
    written = written && FlushAll(queue);
    state.ResumeTiming();
  }
  if (!written || !FlushAll(queue)) state.SkipWithError("an interaction was lost");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_PushInteraction);

// All of it, to the file. Time is that of one interaction.
void BM_WriteInteractions(benchmark::State& state) {
  ScratchStore store;
  InteractionQueue queue(*store);
  int64_t pushed = 0;
  while (state.KeepRunningBatch(kPushes)) {
    for (int64_t i = 0; i < kPushes; ++i) queue.Push(BenchInteraction(pushed++));
    if (!FlushAll(queue)) return state.SkipWithError("an interaction was lost");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_WriteInteractions)->UseRealTime()->MeasureProcessCPUTime();

}  // namespace
}  // namespace attune
