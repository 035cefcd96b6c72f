// The pure part of one Ask: selecting examples and building the prompt.
//   selection_bench --benchmark_filter=10000
// Over banking77 where it is at hand (tests/dataset/question_set.h), else over made-up questions.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/analyzer.h"
#include "dataset/dataset.h"
#include "dataset/selection.h"
#include "prompt/build_prompt.h"
#include "tests/dataset/question_set.h"

namespace attune {
namespace {

constexpr size_t kQuestions = 3'000;
constexpr size_t kWords = 12;

struct Bench {
  DatasetPtr dataset;
  std::vector<LabelledQuestion> questions;
};

Bench MakeBench(size_t rows) {
  std::vector<LabelledQuestion> train = rows <= 10'000 ? LoadBanking77("train") : std::vector<LabelledQuestion>();
  if (train.size() < rows) return {MakeQuestionDataset(MakeZipfQuestions(rows, kWords, 1)), MakeZipfQuestions(kQuestions, kWords, 2)};
  train.resize(rows);
  return {MakeQuestionDataset(train), LoadBanking77("test")};
}

// One for each size, made when first asked for and kept to the end of the program.
const Bench& BenchOf(int64_t rows) {
  static std::vector<std::pair<int64_t, Bench>> made;
  for (const auto& [size, bench] : made) {
    if (size == rows) return bench;
  }
  return made.emplace_back(rows, MakeBench(static_cast<size_t>(rows))).second;
}

void BM_AnalyzeText(benchmark::State& state) {
  const Bench& bench = BenchOf(10'000);
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(AnalyzeText(bench.questions[i++ % bench.questions.size()].text));
}
BENCHMARK(BM_AnalyzeText);

// Reports the time that 99 of 100 questions keep as well as the mean.
void BM_SelectExamples(benchmark::State& state) {
  const Bench& bench = BenchOf(state.range(0));
  const DatasetView view(bench.dataset, 1);
  const SelectionPolicy policy;
  std::vector<double> seconds;
  size_t i = 0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(SelectExamples(view, policy, bench.questions[i++ % bench.questions.size()].text, nullptr));
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  const auto p99 = seconds.begin() + static_cast<ptrdiff_t>(seconds.size() * 99 / 100);
  std::nth_element(seconds.begin(), p99, seconds.end());
  state.counters["p99_us"] = *p99 * 1e6;
}
BENCHMARK(BM_SelectExamples)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void BM_BuildPrompt(benchmark::State& state) {
  const Bench& bench = BenchOf(10'000);
  PromptContent content;
  content.messages = {{Role::kSystem, "You answer questions for {{company}}."}, {Role::kUser, "{{input}}"}};
  content.variables = {{.name = "company", .default_value = "a bank", .description = {}}};
  content.few_shot.dataset = "questions";
  const auto prompt = CompiledPrompt::Compile(content);
  const LabelledQuestion& question = bench.questions.front();
  const Selection selection = *SelectExamples(DatasetView(bench.dataset, 1), {}, question.text, nullptr);
  const StringMap variables;
  const std::vector<Message> history;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        BuildPrompt(**prompt, {.input = question.text, .variables = variables, .history = history}, selection));
  }
}
BENCHMARK(BM_BuildPrompt);

}  // namespace
}  // namespace attune
