// Reading the published snapshot while nobody and while somebody publishes, and making the next one of a dataset.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <future>
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

// A dataset whose indexes are just not merged yet: imports of which each has half of the rows of the one before.
DatasetPtr HalvedImports(size_t rows) {
  const auto questions = MakeZipfQuestions(rows, kBenchWords, 1);
  DatasetPtr dataset = Dataset::Empty("questions");
  for (size_t begin = 0; begin < rows;) {
    const size_t end = begin + std::bit_floor(rows - begin);
    DatasetDelta delta;
    for (size_t row = begin; row < end; ++row) {
      auto example = std::make_shared<Example>();
      example->id = "q" + std::to_string(row);
      example->input = questions[row].text;
      delta.upserts.push_back(std::move(example));
    }
    const int64_t version = dataset->latest() + 1;
    dataset = *Dataset::Apply(dataset, delta, {.version = version, .revision = version, .description = {}});
    begin = end;
  }
  return dataset;
}

// A worker that merges what an update leaves, and hands it over between two updates as the catalog's writer takes it.
class Worker {
 public:
  ~Worker() { Finish(); }
  // The newest snapshot, with what has been merged meanwhile.
  DatasetPtr Exchange(DatasetPtr newest) {
    if (merging_.valid() && merging_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      newest = Dataset::Install(newest, merging_.get());
      ++merges_;
    }
    if (!merging_.valid() && newest->NeedsMerge()) {
      merging_ = std::async(std::launch::async, [newest] { return newest->Merge([] { return false; }); });
    }
    return newest;
  }
  int64_t Finish() {
    if (merging_.valid()) merging_.wait();
    return merges_;
  }

 private:
  std::future<SegmentPtr> merging_;
  int64_t merges_ = 0;
};

// What the slowest updates of one example take, on the writer's thread and without the disk.
void BM_SlowestUpdate(benchmark::State& state) {
  constexpr size_t kMeasured = 2'000;
  const auto rows = static_cast<size_t>(state.range(0));
  const auto questions = MakeZipfQuestions(kMeasured, kBenchWords, 7);
  std::vector<double> seconds;
  for (auto _ : state) {
    DatasetPtr dataset = HalvedImports(rows);
    Worker worker;
    for (size_t i = 0; i < kMeasured; ++i) {
      DatasetDelta delta;
      auto example = std::make_shared<Example>();
      example->id = "q" + std::to_string(i * 7 % rows);
      example->input = questions[i].text;
      delta.upserts = {std::move(example)};
      const int64_t version = dataset->latest() + 1;
      const auto begin = std::chrono::steady_clock::now();
      dataset = worker.Exchange(dataset);
      dataset = *Dataset::Apply(dataset, delta, {.version = version, .revision = version, .description = {}});
      seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    state.counters["merges"] = static_cast<double>(worker.Finish());
  }
  std::sort(seconds.begin(), seconds.end());
  state.counters["p50_us"] = seconds[seconds.size() / 2] * 1e6;
  state.counters["p99_us"] = seconds[seconds.size() * 99 / 100] * 1e6;
  state.counters["max_us"] = seconds.back() * 1e6;
}
// 2^18 - 2^10: 131,072, 65,536 ... 1,024. The 1,024th update makes all of them due.
BENCHMARK(BM_SlowestUpdate)->Arg(261'120)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace attune
