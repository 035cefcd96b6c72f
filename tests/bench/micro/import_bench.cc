// From a file's bytes to examples: parsing, checks and ids, but no index. The number is that of the rows.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "dataset/importer.h"
#include "tests/bench/micro/bench_sets.h"

namespace attune {
namespace {

constexpr size_t kPieceBytes = 64 << 10;

// `write` makes a row of a question and an answer, which are words without anything to escape.
template <typename Write>
std::string MakeFile(int64_t rows, std::string_view head, Write write) {
  const auto inputs = MakeZipfQuestions(static_cast<size_t>(rows), kBenchWords, 5);
  const auto outputs = MakeZipfQuestions(static_cast<size_t>(rows), 4 * kBenchWords, 6);
  std::string file(head);
  for (size_t i = 0; i < inputs.size(); ++i) file += write(inputs[i].text, outputs[i].text);
  return file;
}

absl::StatusOr<ImportedFile> ImportPieces(std::string_view bytes, FileFormat format) {
  auto importer = Importer::Create({.format = format});
  if (!importer.ok()) return importer.status();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPieceBytes))) {
    if (const absl::Status fed = importer->Feed(bytes.substr(0, kPieceBytes)); !fed.ok()) return fed;
  }
  return importer->Finish();
}

// Time is that of one row.
void ImportFile(benchmark::State& state, const std::string& file, FileFormat format) {
  while (state.KeepRunningBatch(state.range(0))) {
    const auto imported = ImportPieces(file, format);
    if (!imported.ok() || imported->rows != state.range(0)) return state.SkipWithError("not every row was imported");
    benchmark::DoNotOptimize(imported->examples.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() / state.range(0) * static_cast<int64_t>(file.size()));
}

// Half of the cells are quoted.
void BM_ImportCsv(benchmark::State& state) {
  const std::string file =
      MakeFile(state.range(0), "question,answer\n", [](const std::string& input, const std::string& output) {
        return StrCat(input, ",\"", output, ", \"\"as we say\"\"\"\n");
      });
  ImportFile(state, file, FileFormat::kCsv);
}
BENCHMARK(BM_ImportCsv)->Arg(100)->Arg(10'000);

void BM_ImportJsonl(benchmark::State& state) {
  const std::string file = MakeFile(state.range(0), "", [](const std::string& input, const std::string& output) {
    return StrCat(R"({"input":")", input, R"(","output":")", output, R"(, \"as we say\""})", "\n");
  });
  ImportFile(state, file, FileFormat::kJsonl);
}
BENCHMARK(BM_ImportJsonl)->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace attune
