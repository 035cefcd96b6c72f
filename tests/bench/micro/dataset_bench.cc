// What a dataset's examples cost to add and to keep, texts and index together. The number is that of the rows.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <utility>

#include "base/strings.h"
#include "dataset/dataset.h"
#include "dataset/example_id.h"
#include "tests/bench/micro/bench_sets.h"

namespace attune {
namespace {

// Bytes that glibc's malloc has given out, with what it needs of them itself; 0 under a sanitizer.
size_t AllocatedBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Made-up questions with short answers, and ids as an import makes them. Adds up the bytes of the texts.
DatasetDelta MakeDelta(const std::vector<LabelledQuestion>& questions, size_t& text) {
  DatasetDelta delta;
  for (size_t i = 0; i < questions.size(); ++i) {
    Example example{.input = questions[i].text, .output = StrCat("answer ", i)};
    example.id = MakeExampleId(example);
    text += example.input.size() + example.output.size();
    delta.upserts.push_back(std::make_shared<const Example>(std::move(example)));
  }
  return delta;
}

// Time is that of one example; the bytes are those over its texts, its id among them.
void BM_AddExamples(benchmark::State& state) {
  const auto questions = MakeZipfQuestions(static_cast<size_t>(state.range(0)), kBenchWords, 1);
  double over = 0;
  while (state.KeepRunningBatch(state.range(0))) {
    state.PauseTiming();
    const size_t before = AllocatedBytes();
    size_t text = 0;
    DatasetDelta delta = MakeDelta(questions, text);
    state.ResumeTiming();
    auto dataset = Dataset::Apply(Dataset::Empty("questions"), delta, {.version = 1, .revision = 1, .description = {}});
    state.PauseTiming();
    if (!dataset.ok()) return state.SkipWithError("the examples were not added");
    delta = {};
    over = static_cast<double>(AllocatedBytes()) - static_cast<double>(before + text);
    dataset->reset();
    state.ResumeTiming();
  }
  state.counters["bytes_over_text"] = over / static_cast<double>(state.range(0));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AddExamples)->Arg(100)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace attune
