// Choosing the examples for one question: its terms, BM25, MMR, and all of it. The number is that of the rows, the
// label tells what is in them: sets of different kinds do not compare.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/analyzer.h"
#include "dataset/diversity.h"
#include "dataset/search.h"
#include "dataset/selection.h"
#include "tests/bench/micro/bench_sets.h"
#include "tests/bench/micro/call_times.h"

namespace attune {
namespace {

constexpr size_t kPool = 20;         // candidates, as many as a selection of kDefaultExamples looks at
constexpr size_t kRankedLists = 64;  // what MMR is measured over

// ASCII, which has a path of its own.
void BM_AnalyzeText(benchmark::State& state) {
  const auto questions = MakeZipfQuestions(1'000, kBenchWords, 2);
  int64_t bytes = 0;
  size_t i = 0;
  for (auto _ : state) {
    const std::string& text = questions[i++ % questions.size()].text;
    benchmark::DoNotOptimize(AnalyzeText(text));
    bytes += static_cast<int64_t>(text.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_AnalyzeText);

void BM_AnalyzeAccents(benchmark::State& state) {
  const std::string text = "Où est ma carte ? Je l’ai commandée il y a déjà dix jours à Besançon.";
  for (auto _ : state) benchmark::DoNotOptimize(AnalyzeText(text));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_AnalyzeAccents);

std::vector<RankedRow> RankRows(const Dataset& dataset, const std::string& question) {
  return Bm25Query(dataset, 1, question).Search(kPool, [](const Row& row) { return row.train; });
}

void BM_SearchBm25(benchmark::State& state) {
  const BenchSet& bench = BenchSetOf(state.range(0));
  state.SetLabel(bench.kind);
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(RankRows(*bench.dataset, bench.questions[i++ % bench.questions.size()].text));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SearchBm25)->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void BM_DiversifyMmr(benchmark::State& state) {
  const BenchSet& bench = BenchSetOf(state.range(0));
  state.SetLabel(bench.kind);
  std::vector<std::vector<RankedRow>> ranked;
  for (size_t i = 0; i < kRankedLists; ++i) ranked.push_back(RankRows(*bench.dataset, bench.questions[i].text));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Diversify(*bench.dataset, ranked[i++ % kRankedLists], kDefaultExamples, kDefaultDiversity, 0));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_DiversifyMmr)->Arg(100)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void BM_SelectExamples(benchmark::State& state) {
  const BenchSet& bench = BenchSetOf(state.range(0));
  state.SetLabel(bench.kind);
  const DatasetView view(bench.dataset, 1);
  const SelectionPolicy policy;
  CallTimes times;
  size_t i = 0;
  for (auto _ : state) {
    const std::string& question = bench.questions[i++ % bench.questions.size()].text;
    times.Measure([&] { benchmark::DoNotOptimize(SelectExamples(view, policy, question, nullptr)); });
  }
  times.Report(state);
}
BENCHMARK(BM_SelectExamples)->Arg(100)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune
