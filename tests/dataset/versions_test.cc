// Random histories of a dataset against a model that copies everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

using Rows = std::map<std::string, Example>;

class History {
 public:
  explicit History(uint32_t seed) : random_(seed), snapshots_{Dataset::Empty("faq")}, models_(1) {}

  void Step() {
    const DatasetDelta delta = NextDelta();
    if (Below(8) == 0) Dataset::Undo(ApplyNext(latest(), NextDelta()));
    Rows rows = models_.back();
    DatasetVersion counts;
    for (const std::string& id : delta.deletes) counts.deleted += static_cast<int32_t>(rows.erase(id));
    for (const ExamplePtr& example : delta.upserts) {
      const auto found = rows.find(example->id);
      if (found == rows.end()) ++counts.added;
      if (found != rows.end() && found->second != *example) ++counts.updated;
      rows[example->id] = *example;
    }
    snapshots_.push_back(ApplyNext(latest(), delta));
    models_.push_back(std::move(rows));
    ExpectCounts(counts);
  }

  // Every version, as every later snapshot sees it.
  void ExpectAllVersions() const {
    std::map<uint64_t, Example> positions;
    for (const DatasetPtr& snapshot : snapshots_) {
      for (int64_t version = 0; version <= snapshot->latest(); ++version) {
        ExpectVersion({snapshot, version}, positions);
      }
    }
  }

  void ExpectAllDifferences() const {
    for (int64_t from = 0; from <= latest()->latest(); ++from) {
      for (int64_t to = 0; to <= latest()->latest(); ++to) ExpectDifference(from, to);
    }
  }

 private:
  const DatasetPtr& latest() const { return snapshots_.back(); }
  size_t Below(size_t end) { return random_() % end; }

  Example RandomExample() {
    Example example = MakeExample(StrCat("e", Below(30)), StrCat("input ", Below(3)), StrCat("output ", Below(2)));
    if (Below(4) == 0) example.split = Split::kTest;
    return example;
  }

  DatasetDelta NextDelta() {
    switch (Below(6)) {
      case 0:
        return RollbackDelta(latest(), static_cast<int64_t>(Below(snapshots_.size())));
      case 1:
        return ReplaceAll();
      default:
        return RandomDelta(1 + Below(6));
    }
  }

  // At most one entry for an id; ids that are not there are deleted, too.
  DatasetDelta RandomDelta(size_t size) {
    std::map<std::string, ExamplePtr> entries;
    for (size_t i = 0; i < size; ++i) {
      Example example = RandomExample();
      std::string id = example.id;
      entries[std::move(id)] = Below(3) == 0 ? nullptr : Share(std::move(example));
    }
    return DeltaOf(entries);
  }

  // The whole set becomes another one.
  DatasetDelta ReplaceAll() {
    DatasetDelta delta = RandomDelta(15);
    delta.deletes.clear();
    for (const auto& [id, example] : models_.back()) {
      const bool stays = std::any_of(delta.upserts.begin(), delta.upserts.end(),
                                     [&](const ExamplePtr& upsert) { return upsert->id == id; });
      if (!stays) delta.deletes.push_back(id);
    }
    return delta;
  }

  void ExpectCounts(const DatasetVersion& expected) const {
    const DatasetVersion& version = latest()->Version(latest()->latest());
    EXPECT_EQ(version.added, expected.added);
    EXPECT_EQ(version.updated, expected.updated);
    EXPECT_EQ(version.deleted, expected.deleted);
    const Rows& rows = models_.back();
    const int64_t train =
        std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.second.split == Split::kTrain; });
    EXPECT_EQ(version.train, train);
    EXPECT_EQ(version.test, static_cast<int64_t>(rows.size()) - train);
  }

  // `positions`: what has been seen at each one, in whichever version.
  void ExpectVersion(const DatasetView& view, std::map<uint64_t, Example>& positions) const {
    const Rows& expected = models_[static_cast<size_t>(view.version())];
    Rows listed;
    int64_t last = -1;
    view.Visit(0, [&](uint64_t position, ExampleView example) {
      EXPECT_GT(static_cast<int64_t>(position), last);
      last = static_cast<int64_t>(position);
      EXPECT_EQ(positions.emplace(position, example.Unpack()).first->second, example.Unpack())
          << "position " << position;
      EXPECT_TRUE(listed.emplace(example.id(), example.Unpack()).second) << "twice: " << std::string_view(example.id());
      return true;
    });
    EXPECT_EQ(listed, expected) << "version " << view.version();
    for (int i = 0; i < 30; ++i) {
      const std::string id = StrCat("e", i);
      const auto wanted = expected.find(id);
      const ExampleView found = view.Find(id);
      ASSERT_EQ(static_cast<bool>(found), wanted != expected.end()) << id << " at " << view.version();
      if (found) {
        EXPECT_EQ(found.Unpack(), wanted->second);
      }
    }
  }

  void ExpectDifference(int64_t from, int64_t to) const {
    const Rows& before = models_[static_cast<size_t>(from)];
    const Rows& after = models_[static_cast<size_t>(to)];
    Rows rows = before;
    for (const ExampleDifference& difference : DiffVersions(latest(), from, to)) {
      ASSERT_TRUE(difference.before || difference.after);
      const std::string id(difference.before ? difference.before.id() : difference.after.id());
      ASSERT_EQ(static_cast<bool>(difference.before), rows.contains(id)) << id;
      if (difference.before) {
        EXPECT_EQ(difference.before.Unpack(), rows[id]);
      }
      if (difference.after) {
        EXPECT_NE(rows[id], difference.after.Unpack());
        rows[id] = difference.after.Unpack();
      } else {
        rows.erase(id);
      }
    }
    EXPECT_EQ(rows, after) << from << " to " << to;
  }

  std::mt19937 random_;
  std::vector<DatasetPtr> snapshots_;  // one after each step
  std::vector<Rows> models_;           // of each version
};

TEST(Versions, OfRandomHistoriesAreThoseOfTheModel) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    History history(seed);
    for (int step = 0; step < 30; ++step) history.Step();
    history.ExpectAllVersions();
    history.ExpectAllDifferences();
    if (testing::Test::HasFailure()) return;
  }
}

// More rows than are indexed at a time.
TEST(Versions, ALargeImportIsFoundWhole) {
  constexpr int kRows = 140'000;
  constexpr int kWords = 7'000;
  DatasetDelta delta;
  for (int i = 0; i < kRows; ++i) delta.upserts.push_back(Share(MakeExample(StrCat("e", i), StrCat("w", i % kWords))));
  const DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), delta);
  EXPECT_EQ(dataset->Version(1).train, kRows);
  for (const int word : {0, 1'234, kWords - 1}) {
    std::vector<std::string> expected, found;
    for (int i = word; i < kRows; i += kWords) expected.push_back(StrCat("e", i));
    for (const ScoredExample& hit : DatasetView(dataset, 1).Search(StrCat("w", word), expected.size())) {
      found.emplace_back(hit.example.id());
    }
    EXPECT_EQ(found, expected) << word;
  }
  for (const int i : {0, 65'535, 65'536, kRows - 1}) {
    const ExampleView example = DatasetView(dataset, 1).Find(StrCat("e", i));
    ASSERT_TRUE(example) << i;
    EXPECT_EQ(example.input(), StrCat("w", i % kWords));
  }
}

TEST(Versions, ARollbackIsANewVersionEqualToTheOldOne) {
  DatasetPtr dataset = DatasetOf({MakeExample("a", "1"), MakeExample("b", "2")});
  dataset =
      ApplyNext(dataset, {.upserts = {Share(MakeExample("b", "22")), Share(MakeExample("c", "3"))}, .deletes = {"a"}});
  dataset = ApplyNext(dataset, RollbackDelta(dataset, 1));
  EXPECT_TRUE(DiffVersions(dataset, 1, 3).empty());
  EXPECT_EQ(RowsOf({dataset, 2}), "b=22 c=3");
  const DatasetDelta nothing = RollbackDelta(dataset, 3);
  EXPECT_TRUE(nothing.upserts.empty() && nothing.deletes.empty());
}

}  // namespace
}  // namespace attune
