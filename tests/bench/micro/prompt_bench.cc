// From templates and chosen examples to the messages of a prompt. The number is that of the examples.
#include <benchmark/benchmark.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "dataset/packed_examples.h"
#include "prompt/build_prompt.h"
#include "prompt/template.h"
#include "tests/bench/micro/bench_sets.h"
#include "tests/prompt/template_values.h"

namespace attune {
namespace {

constexpr char kSectionTemplate[] =
    "You answer questions for {{company}}, kindly and in one sentence.\n"
    "{{#examples}}\n"
    "Question: {{input}}\n"
    "Answer: {{output}}\n"
    "{{/examples}}\n"
    "Question: {{input}}\n";

// An answer is as long as two questions.
std::vector<LabelledQuestion> MakePairs(int64_t count) {
  std::vector<LabelledQuestion> pairs = MakeZipfQuestions(static_cast<size_t>(count), kBenchWords, 3);
  const auto answers = MakeZipfQuestions(pairs.size(), 2 * kBenchWords, 4);
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i].label = answers[i].text;
  return pairs;
}

void BM_ParseTemplate(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Template::Parse(kSectionTemplate, "text"));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(sizeof kSectionTemplate - 1));
}
BENCHMARK(BM_ParseTemplate);

// Bytes are those of the rendered text.
void BM_RenderTemplate(benchmark::State& state) {
  std::vector<StringMap> examples;
  for (const LabelledQuestion& pair : MakePairs(state.range(0))) {
    examples.push_back({{"input", pair.text}, {"output", pair.label}});
  }
  const MapValues values({{"company", "a bank"}, {"input", "where is my card?"}}, examples);
  const auto parsed = Template::Parse(kSectionTemplate, "text");
  int64_t bytes = 0;
  for (auto _ : state) {
    std::string out;
    benchmark::DoNotOptimize(parsed->Render(values, std::numeric_limits<size_t>::max(), out));
    benchmark::DoNotOptimize(out.data());
    bytes += static_cast<int64_t>(out.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_RenderTemplate)->Arg(0)->Arg(4)->Arg(16);

std::shared_ptr<const CompiledPrompt> CompileFewShot() {
  PromptContent content;
  content.messages = {{Role::kSystem, "You answer questions for {{company}}."}, {Role::kUser, "{{input}}"}};
  content.variables = {{.name = "company", .default_value = "a bank", .description = {}}};
  content.few_shot.dataset = "questions";
  return *CompiledPrompt::Compile(std::move(content));
}

// Bytes are those of the messages. The copy of the selection, which BuildPrompt consumes, counts too.
void BM_BuildPrompt(benchmark::State& state) {
  const auto prompt = CompileFewShot();
  PackedExamples examples;
  Selection selection;
  for (const LabelledQuestion& pair : MakePairs(state.range(0))) {
    const auto rank = static_cast<int32_t>(selection.examples.size());
    selection.examples.push_back({.example = examples.Add({.input = pair.text, .output = pair.label}), .rank = rank});
  }
  const StringMap variables;
  const std::vector<Message> history;
  int64_t bytes = 0;
  for (auto _ : state) {
    const auto built =
        BuildPrompt(*prompt, {.input = "where is my card?", .variables = variables, .history = history}, selection);
    if (!built.ok() || built->examples.size() != selection.examples.size()) {
      return state.SkipWithError("the prompt was not built as it should be");
    }
    for (const Message& message : built->messages) bytes += static_cast<int64_t>(message.content.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_BuildPrompt)->Arg(0)->Arg(4)->Arg(16);

}  // namespace
}  // namespace attune
