// Compactions at any moment: nothing that is seen of a version that is kept may tell of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "dataset/explain.h"
#include "dataset/retention.h"
#include "tests/dataset/embedded_set.h"
#include "tests/dataset/naive_search.h"
#include "tests/dataset/question_set.h"

namespace attune {
namespace {

bool NeverStops() { return false; }

// All that a version shows and finds for a question, as text.
std::string SeenOf(const DatasetView& view, const VectorIndex& index, const std::string& question) {
  std::string seen;
  view.Visit(0, [&](uint64_t position, ExampleView example) {
    StrAppend(&seen, position, ":", std::string_view(example.id()), "=", example.input(), "/", example.output(), " ");
    return true;
  });
  const ScoreExplainer explainer(*view.dataset(), view.version(), question);
  for (const ScoredExample& found : view.Search(question, 20)) {
    StrAppend(&seen, "\n", std::string_view(found.example.id()), " ", found.score, " ", found.coverage);
    for (const WordShare& word : explainer.Explain(found.example.input())) {
      StrAppend(&seen, " ", word.word, " ", word.share);
    }
  }
  const std::vector<float> vector = ExactVector(question);
  const SemanticQuery semantic = {.index = &index, .question = vector};
  SelectionPolicy policy;
  for (const Strategy strategy : {Strategy::kLexical, Strategy::kSemantic, Strategy::kHybrid, Strategy::kRandom}) {
    policy.strategy = strategy;
    policy.choice = strategy == Strategy::kLexical ? Choice::kTermCover : Choice::kMmr;
    const auto selection = SelectExamples(view, policy, question, nullptr, &semantic);
    if (!selection.ok()) return std::string(selection.status().message());
    StrAppend(&seen, "\n", selection->coverage);
    for (const ScoredExample& one : selection->examples) {
      StrAppend(&seen, " ", std::string_view(one.example.id()), " ", one.score, " ", one.coverage);
    }
  }
  return seen;
}

// The same history twice: with compactions and merges that a worker begins at some moment and hands over at a later
// one, and without.
class TwoLives {
 public:
  explicit TwoLives(uint32_t seed) : random_(seed), texts_(MakeZipfQuestions(800, 4, seed)) {}

  void Step() {
    if (Below(3) == 0) Dataset::Undo(ApplyNext(compacted_, NextDelta()));
    Work();
    history_.push_back({.delta = NextDelta(), .settings = NextSettings()});
    plain_ = ApplyNext(plain_, history_.back().delta, history_.back().settings);
    compacted_ = ApplyNext(compacted_, history_.back().delta, history_.back().settings);
    index_ = EmbedRows(index_, plain_);
    const int32_t keep = plain_->Settings(plain_->latest()).keep_versions;
    if (keep > 0) oldest_ = std::max(oldest_, plain_->latest() - keep + 1);
    if (Below(5) == 0) held_.push_back(compacted_);
    Work();
    const auto kept = static_cast<size_t>(compacted_->latest() - oldest_ + 1);
    ExpectSame(compacted_, oldest_ + static_cast<int64_t>(Below(kept)));
  }

  // Every version that is kept, in the newest snapshot, in those that a reader still holds, and after a restart.
  void ExpectAllSame() {
    ExpectKept(*compacted_);
    ExpectKept(*plain_);
    held_.push_back(compacted_);
    held_.push_back(AfterRestart());
    for (const DatasetPtr& snapshot : held_) {
      for (int64_t version = snapshot->oldest(); version <= snapshot->latest(); ++version) {
        ExpectSame(snapshot, version);
      }
    }
    for (int64_t version = oldest_; version <= plain_->latest(); ++version) {
      const NaiveSearch naive(plain_, version);
      const std::string& question = texts_[Below(texts_.size())].text;
      ExpectEqual(DatasetView(compacted_, version).Search(question, 50), naive.Search(question, 50, AcceptAll));
    }
  }

  // Rows that the compactions have freed.
  uint32_t Freed() const { return plain_->PlacesAt(plain_->latest()) - compacted_->PlacesAt(compacted_->latest()); }

 private:
  struct Change {
    DatasetDelta delta;
    std::optional<DatasetSettings> settings;
  };

  size_t Below(size_t end) { return random_() % end; }

  // What the worker does, and the writer with what it hands over.
  void Work() {
    if (handed_over_ == nullptr) {
      if (compacted_->NeedsMerge()) compacted_ = Dataset::Install(compacted_, compacted_->Merge(NeverStops));
      if (compacted_->latest() > 0 && Below(4) == 0) handed_over_ = compacted_->Compact(NeverStops);
      return;
    }
    handed_over_ = Dataset::CatchUp(handed_over_, compacted_, NeverStops);
    EXPECT_EQ(Dataset::Behind(handed_over_, compacted_), 0u);
    if (Below(2) == 0) compacted_ = std::exchange(handed_over_, nullptr);
  }

  std::optional<DatasetSettings> NextSettings() {
    if (Below(5) != 0) return std::nullopt;
    static const int32_t kKeeps[] = {0, 1, 2, 5, 12};
    return DatasetSettings{.lexical = {.k1 = 1 + static_cast<double>(Below(3)), .b = 0.5},
                           .keep_versions = kKeeps[Below(std::size(kKeeps))]};
  }

  DatasetDelta NextDelta() {
    std::map<std::string, ExamplePtr> entries;
    for (size_t i = Below(4) == 0 ? 150 + Below(300) : 1 + Below(20); i > 0; --i) {
      Example example = MakeExample(StrCat("e", Below(400)), texts_[Below(texts_.size())].text, StrCat(Below(3)));
      if (Below(5) == 0) example.split = Split::kTest;
      if (Below(3) == 0) example.labels = {StrCat("l", Below(4))};
      if (Below(6) == 0) example.weight = 3;
      const std::string id = example.id;
      entries[id] = Below(8) == 0 ? nullptr : Share(std::move(example));
    }
    return DeltaOf(entries);
  }

  DatasetPtr AfterRestart() const {
    DatasetPtr dataset = Dataset::Empty("faq");
    for (const Change& change : history_) dataset = ApplyNext(dataset, change.delta, change.settings);
    return dataset->Compact(NeverStops);
  }

  void ExpectKept(const Dataset& dataset) const {
    EXPECT_TRUE(CheckKept(dataset, 0).ok());
    for (int64_t version = 1; version <= dataset.latest(); ++version) {
      EXPECT_EQ(CheckKept(dataset, version).ok(), version >= oldest_) << version;
      EXPECT_EQ(dataset.Version(version).train, plain_->Version(version).train) << "all are still told of";
    }
  }

  void ExpectSame(const DatasetPtr& snapshot, int64_t version) {
    const std::string& question = texts_[Below(texts_.size())].text;
    EXPECT_EQ(SeenOf({snapshot, version}, *index_, question), SeenOf({plain_, version}, *index_, question))
        << "version " << version << " of " << snapshot->latest() << ": " << question;
    const DatasetView expected(plain_, version), found(snapshot, version);
    const auto position = static_cast<uint32_t>(Below(plain_->StatisticsAt(version).rows + 2));
    const auto first_from = [position](const DatasetView& view) {
      uint64_t first = 0;
      view.Visit(position, [&](uint64_t at, ExampleView) { return (first = at + 1) == 0; });
      return first;
    };
    EXPECT_EQ(first_from(found), first_from(expected)) << "a page goes on from " << position;
    const std::string id = StrCat("e", Below(400));
    EXPECT_EQ(found.Find(id), expected.Find(id));
    const int64_t other = snapshot->oldest() + static_cast<int64_t>(Below(snapshot->latest() - snapshot->oldest() + 1));
    EXPECT_EQ(DiffVersions(snapshot, other, version).size(), DiffVersions(plain_, other, version).size());
  }

  std::mt19937 random_;
  std::vector<LabelledQuestion> texts_;
  std::vector<Change> history_;
  DatasetPtr plain_ = Dataset::Empty("faq"), compacted_ = Dataset::Empty("faq");
  IndexPtr index_ = VectorIndex::Empty(kExactDimensions);
  int64_t oldest_ = 1;  // by the settings of all versions
  std::vector<DatasetPtr> held_;
  DatasetPtr handed_over_;
};

TEST(Compactions, AtRandomMomentsChangeNothingOfTheVersionsThatAreKept) {
  uint32_t freed = 0;
  for (uint32_t seed = 0; seed < 10; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    TwoLives lives(seed);
    for (int step = 0; step < 50; ++step) lives.Step();
    lives.ExpectAllSame();
    freed += lives.Freed();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(freed, 5'000u);
}

}  // namespace
}  // namespace attune
