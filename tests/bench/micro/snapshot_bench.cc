// Reading the published snapshot while nobody and while somebody publishes, and making the next one of a dataset.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/snapshot_cell.h"
#include "dataset/dataset.h"
#include "tests/bench/micro/bench_sets.h"

namespace attune {
namespace {

// Time is that of one read on one thread.
void ReadSnapshots(benchmark::State& state, const SnapshotCell<int64_t>& cell) {
  for (auto _ : state) {
    const std::shared_ptr<const int64_t> snapshot = cell.Get();
    benchmark::DoNotOptimize(*snapshot);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_ReadSnapshot(benchmark::State& state) {
  static SnapshotCell<int64_t> cell(std::make_shared<const int64_t>(0));  // one for all threads
  ReadSnapshots(state, cell);
}
BENCHMARK(BM_ReadSnapshot)->ThreadRange(1, 2)->UseRealTime();

// Publishes without a pause, until it ends: far more than any catalog changes.
class RestlessWriter {
 public:
  explicit RestlessWriter(SnapshotCell<int64_t>& cell)
      : cell_(cell), thread_([this] {
          while (!stopping_.load(std::memory_order_relaxed)) cell_.Set(std::make_shared<const int64_t>(++published_));
        }) {}
  // How often it published.
  int64_t Stop() {
    stopping_ = true;
    thread_.join();
    return published_;
  }

 private:
  SnapshotCell<int64_t>& cell_;
  std::atomic<bool> stopping_{false};
  int64_t published_ = 0;  // the thread's, until it has been joined
  std::thread thread_;     // last: it uses all of the above
};

void BM_ReadSnapshotWhileWritten(benchmark::State& state) {
  static SnapshotCell<int64_t> cell(std::make_shared<const int64_t>(0));
  std::optional<RestlessWriter> writer;
  if (state.thread_index() == 0) writer.emplace(cell);
  ReadSnapshots(state, cell);
  if (writer) {
    state.counters["published"] = benchmark::Counter(static_cast<double>(writer->Stop()), benchmark::Counter::kIsRate);
  }
}
BENCHMARK(BM_ReadSnapshotWhileWritten)->ThreadRange(1, 2)->UseRealTime();

constexpr size_t kUpdates = 1'000;  // one upon the other, then the set is as it was again

// Updates of one example each, spread over the first rows; none leaves its example as it is.
std::vector<DatasetDelta> MakeUpdates(size_t rows) {
  const auto questions = MakeZipfQuestions(kUpdates, kBenchWords, 7);
  std::vector<DatasetDelta> updates(kUpdates);
  for (size_t i = 0; i < kUpdates; ++i) {
    const size_t row = i * 7 % rows;
    auto example = std::make_shared<Example>();
    example->id = "q" + std::to_string(row);
    example->input = questions[i].text;
    example->output = "answer " + std::to_string(i);
    updates[i].upserts = {std::move(example)};
  }
  return updates;
}

// The number is that of the rows. Merging the segments that small updates leave counts, freeing old snapshots does not.
void BM_UpdateDataset(benchmark::State& state) {
  const std::vector<DatasetDelta> updates = MakeUpdates(static_cast<size_t>(state.range(0)));
  std::vector<DatasetPtr> applied = {BenchSetOf(state.range(0)).dataset};
  const auto undo = [&applied] {
    for (; applied.size() > 1; applied.pop_back()) Dataset::Undo(applied.back());
  };
  for (auto _ : state) {
    if (applied.size() > kUpdates) {
      state.PauseTiming();
      undo();
      state.ResumeTiming();
    }
    const int64_t version = applied.back()->latest() + 1;
    auto next = Dataset::Apply(applied.back(), updates[applied.size() - 1],
                               {.version = version, .revision = version, .description = {}});
    if (!next.ok() || (*next)->Version(version).updated != 1) {
      state.SkipWithError("the update did not update");
      break;
    }
    applied.push_back(*std::move(next));
  }
  undo();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_UpdateDataset)->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune
