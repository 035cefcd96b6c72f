// The ten nearest of many vectors: one by one, and through the graph. 384 dimensions, clusters as of texts
// (tests/dataset/vector_set.h). Recall is the share of the truly nearest ten that the graph finds.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/micro/call_times.h"
#include "tests/dataset/vector_set.h"

namespace attune {
namespace {

constexpr uint32_t kDimensions = 384;
constexpr size_t kClusterSize = 1'000;
constexpr size_t kNearest = 10;
constexpr size_t kRecallQuestions = 200;
constexpr size_t kQuestions = 2'000;

bool All(uint32_t) { return true; }

struct VectorSet {
  std::shared_ptr<const VectorIndex> unlinked;
  std::shared_ptr<const VectorIndex> linked;
  double link_seconds = 0;
  std::vector<std::vector<float>> questions;
};

VectorSet MakeVectorSet(size_t size) {
  const auto clusters = static_cast<uint32_t>(std::max<size_t>(size / kClusterSize, 10));
  VectorSet set;
  set.unlinked = VectorIndex::Empty(kDimensions);
  ClusteredVectors vectors(kDimensions, clusters, 1), questions(kDimensions, clusters, 2);
  for (uint32_t row = 0; row < size; ++row) {
    std::vector<VectorIndex::Added> added;
    added.push_back({row, vectors.Next()});
    set.unlinked = *VectorIndex::Add(set.unlinked, added);
  }
  const auto begin = std::chrono::steady_clock::now();
  set.linked = set.unlinked;
  while (set.linked->Linked() < size) set.linked = VectorIndex::Install(set.linked, *VectorIndex::Merge(set.linked));
  set.link_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (size_t i = 0; i < kQuestions; ++i) set.questions.push_back(questions.Next());
  return set;
}

const VectorSet& VectorSetOf(int64_t size) {
  static std::map<int64_t, VectorSet> made;
  const auto found = made.find(size);
  if (found != made.end()) return found->second;
  return made.emplace(size, MakeVectorSet(static_cast<size_t>(size))).first->second;
}

void MeasureSearches(benchmark::State& state, const VectorIndex& index,
                     const std::vector<std::vector<float>>& questions) {
  CallTimes times;
  size_t i = 0;
  for (auto _ : state) {
    const std::vector<float>& question = questions[i++ % questions.size()];
    times.Measure([&] { benchmark::DoNotOptimize(index.Search(question, kNearest, All)); });
  }
  times.Report(state);
}

void BM_NearestOneByOne(benchmark::State& state) {
  const VectorSet& set = VectorSetOf(state.range(0));
  MeasureSearches(state, *set.unlinked, set.questions);
}

void BM_NearestThroughGraph(benchmark::State& state) {
  const VectorSet& set = VectorSetOf(state.range(0));
  MeasureSearches(state, *set.linked, set.questions);
  double recall = 0;
  for (size_t i = 0; i < kRecallQuestions; ++i) {
    recall += RecallOf(set.linked->Search(set.questions[i], kNearest, All),
                       set.unlinked->Search(set.questions[i], kNearest, All));
  }
  state.counters["recall"] = recall / kRecallQuestions;
  state.counters["link_s"] = set.link_seconds;
}

// A million takes from a quarter of an hour to link: only where it is asked for by name.
bool IsAskedFor(benchmark::State& state) {
  if (benchmark::GetBenchmarkFilter().find("Million") != std::string::npos) return true;
  state.SkipWithError("is long; ask for it with --benchmark_filter=Million");
  return false;
}

void BM_MillionOneByOne(benchmark::State& state) {
  if (IsAskedFor(state)) BM_NearestOneByOne(state);
}
void BM_MillionThroughGraph(benchmark::State& state) {
  if (IsAskedFor(state)) BM_NearestThroughGraph(state);
}

BENCHMARK(BM_NearestOneByOne)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_NearestThroughGraph)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_MillionOneByOne)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_MillionThroughGraph)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune
