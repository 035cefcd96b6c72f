// Many versions of one dataset in memory at once: what one takes, and a selection at a random one of them, which must
// give what that version gave when it was the latest.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dataset/selection.h"
#include "tests/bench/micro/bench_sets.h"
#include "tests/bench/micro/call_times.h"

namespace attune {
namespace {

constexpr int64_t kExamples = 10'000;

int64_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<int64_t>(info.uordblks + info.hblkhd);
}

// Ids and scores, in the order shown, and the coverage.
std::string Shown(const DatasetView& view, const std::string& question) {
  const Selection selection = *SelectExamples(view, SelectionPolicy(), question, nullptr);
  std::string text = StrCat(selection.coverage);
  for (const ScoredExample& one : selection.examples)
    StrAppend(&text, " ", std::string_view(one.example.id()), "=", one.score);
  return text;
}

class ManyVersions {
 public:
  explicit ManyVersions(int64_t versions) : questions_(MakeZipfQuestions(1'000, kBenchWords, 2)) {
    const auto texts = MakeZipfQuestions(static_cast<size_t>(versions), kBenchWords, 3);
    latest_ = MakeQuestionDataset(MakeZipfQuestions(kExamples, kBenchWords, 1));
    expected_.reserve(static_cast<size_t>(versions) + 1);
    expected_.resize(2);  // there is no version 0, and nobody asks at version 1
    int64_t text_bytes = 0, told_bytes = 0;
    const int64_t before = HeapBytes();
    for (const LabelledQuestion& text : texts) {
      Update(text.text);
      text_bytes += static_cast<int64_t>(text.text.size());
      expected_.push_back(Shown({latest_, latest_->latest()}, QuestionAt(latest_->latest())));
      told_bytes += static_cast<int64_t>(malloc_usable_size(expected_.back().data()));
    }
    bytes_ = static_cast<double>(HeapBytes() - before - told_bytes - text_bytes) / static_cast<double>(versions);
  }

  // Of a version, without the text of its example.
  double bytes() const { return bytes_; }
  int64_t versions() const { return latest_->latest(); }
  const std::string& QuestionAt(int64_t version) const {
    return questions_[static_cast<size_t>(version * 7'919) % questions_.size()].text;
  }
  std::string ShownAt(int64_t version) const { return Shown({latest_, version}, QuestionAt(version)); }
  bool IsAsItWas(int64_t version, const std::string& shown) const {
    return shown == expected_[static_cast<size_t>(version)];
  }

 private:
  // One example: of ten, six are added, three take the place of an older one, one is removed.
  void Update(const std::string& text) {
    const int64_t next = latest_->latest() + 1;
    DatasetDelta delta;
    const std::string old = StrCat("q", random_() % kExamples);
    if (next % 10 == 0) {
      delta.deletes.push_back(old);
    } else {
      auto example = std::make_shared<Example>();
      example->id = next % 10 < 4 ? old : StrCat("v", next);
      example->input = text;
      example->output = "answer";
      delta.upserts.push_back(std::move(example));
    }
    DatasetVersion version;
    version.version = version.revision = next;
    latest_ = *Dataset::Apply(latest_, delta, version);
    // A server has a worker for this.
    while (latest_->NeedsMerge()) latest_ = Dataset::Install(latest_, latest_->Merge([] { return false; }));
  }

  const std::vector<LabelledQuestion> questions_;
  std::mt19937_64 random_;
  DatasetPtr latest_;
  std::vector<std::string> expected_;  // by version, when it was the latest
  double bytes_ = 0;
};

const ManyVersions& VersionsOf(int64_t versions) {
  static std::map<int64_t, ManyVersions> made;
  return made.try_emplace(versions, versions).first->second;
}

void BM_SelectAtOldVersions(benchmark::State& state) {
  const ManyVersions& many = VersionsOf(state.range(0));
  std::mt19937_64 random(5);
  CallTimes times;
  int64_t differing = 0;
  std::string shown;
  for (auto _ : state) {
    const auto version = static_cast<int64_t>(2 + random() % static_cast<uint64_t>(many.versions() - 1));
    times.Measure([&] { shown = many.ShownAt(version); });
    if (!many.IsAsItWas(version, shown)) ++differing;
  }
  times.Report(state);
  state.counters["bytes_a_version"] = many.bytes();
  state.counters["differing"] = static_cast<double>(differing);
  if (differing > 0) state.SkipWithError("an old version does not show what it showed");
}
BENCHMARK(BM_SelectAtOldVersions)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace attune
