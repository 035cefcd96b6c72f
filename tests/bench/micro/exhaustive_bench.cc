// A selection for each of a thousand questions, held against the exhaustive ranking of all rows: `differing` counts the
// questions whose best matches or chosen examples are others, and must be 0.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dataset/choose_set.h"
#include "dataset/search.h"
#include "dataset/selection.h"
#include "tests/bench/micro/bench_sets.h"
#include "tests/bench/micro/call_times.h"
#include "tests/bench/micro/exhaustive_ranking.h"

namespace attune {
namespace {

constexpr size_t kQuestions = 1'000;

bool Alike(const std::vector<RankedRow>& found, const std::vector<RankedRow>& expected) {
  return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                    [](const RankedRow& a, const RankedRow& b) {
                      return a.row == b.row && std::abs(a.score - b.score) <= 1e-9 * b.score;
                    });
}

bool Equals(const DatasetView& view, const SelectionPolicy& policy, const std::string& question,
            const ExhaustiveRanking& exhaustive) {
  const Dataset& dataset = *view.dataset();
  std::vector<RankedRow> expected = exhaustive.Search(question, PoolSize(policy));
  if (!Alike(Bm25Query(dataset, 1, question).Search(PoolSize(policy), [](const Row&) { return true; }), expected)) {
    return false;
  }
  const std::vector<RankedRow> chosen = ChooseSet(view, policy, question, std::move(expected));
  const Selection shown = *SelectExamples(view, policy, question, nullptr);
  return std::equal(
      shown.examples.begin(), shown.examples.end(), chosen.begin(), chosen.end(),
      [&](const ScoredExample& one, const RankedRow& row) { return one.example == dataset.RowAt(row.row).example; });
}

void BM_SelectEqualsExhaustive(benchmark::State& state) {
  const BenchSet& bench = BenchSetOf(state.range(0));
  state.SetLabel(bench.kind);
  const DatasetView view(bench.dataset, 1);
  SelectionPolicy policy;
  policy.order = ExampleOrder::kBestFirst;
  const std::span<const LabelledQuestion> questions =
      std::span(bench.questions).first(std::min(kQuestions, bench.questions.size()));
  CallTimes times;
  size_t i = 0;
  for (auto _ : state) {
    const std::string& question = questions[i++ % questions.size()].text;
    times.Measure([&] { benchmark::DoNotOptimize(SelectExamples(view, policy, question, nullptr)); });
  }
  times.Report(state);
  const ExhaustiveRanking exhaustive(bench.dataset, questions);
  const auto differing = std::count_if(questions.begin(), questions.end(), [&](const LabelledQuestion& question) {
    return !Equals(view, policy, question.text, exhaustive);
  });
  state.counters["questions"] = static_cast<double>(questions.size());
  state.counters["differing"] = static_cast<double>(differing);
  if (differing > 0) state.SkipWithError("the search is not the exhaustive ranking");
}
BENCHMARK(BM_SelectEqualsExhaustive)
    ->Arg(100)
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->Iterations(kQuestions)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune
