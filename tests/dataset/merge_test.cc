// Merges of segments at any moment: nothing that is seen of a dataset may tell of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/dataset/dataset_steps.h"
#include "tests/dataset/naive_search.h"
#include "tests/dataset/question_set.h"

namespace attune {
namespace {

constexpr size_t kOpenSegments = 9;  // at most, behind the last closed one

bool NeverStops() { return false; }

DatasetPtr MergeAll(DatasetPtr dataset) {
  while (dataset->NeedsMerge()) dataset = Dataset::Install(dataset, dataset->Merge(NeverStops));
  return dataset;
}

// The same history twice: with merges that a worker begins at some moment and hands over at a later one, and without.
class TwoLives {
 public:
  explicit TwoLives(uint32_t seed)
      : random_(seed),
        texts_(MakeZipfQuestions(2'000, 5, seed)),
        plain_(Dataset::Empty("faq")),
        merged_(Dataset::Empty("faq")) {}

  void Step() {
    if (Below(3) == 0) Dataset::Undo(ApplyNext(merged_, NextDelta()));
    Exchange();
    const DatasetDelta delta = NextDelta();
    plain_ = ApplyNext(plain_, delta);
    merged_ = ApplyNext(merged_, delta);
    if (Below(4) == 0) held_.push_back(merged_);
    Exchange();
    ExpectSame(merged_, 1 + static_cast<int64_t>(Below(static_cast<size_t>(merged_->latest()))));
  }

  // Every version, in the newest snapshot and in those that a reader still holds.
  void ExpectAllSame() {
    held_.push_back(merged_);
    for (const DatasetPtr& snapshot : held_) {
      for (int64_t version = 1; version <= snapshot->latest(); ++version) ExpectSame(snapshot, version);
    }
    const NaiveSearch naive(merged_, merged_->latest());
    for (int i = 0; i < 3; ++i) {
      const std::string& question = texts_[Below(texts_.size())].text;
      ExpectEqual(DatasetView(merged_, merged_->latest()).Search(question, 50), naive.Search(question, 50, AcceptAll));
    }
  }

  int installed() const { return installed_; }

 private:
  size_t Below(size_t end) { return random_() % end; }

  void Exchange() {
    if (handed_over_ == nullptr && merged_->NeedsMerge() && Below(2) == 0) handed_over_ = merged_->Merge(NeverStops);
    if (handed_over_ == nullptr || Below(3) != 0) return;
    const DatasetPtr before = merged_;
    merged_ = Dataset::Install(merged_, std::exchange(handed_over_, nullptr));
    installed_ += merged_ != before ? 1 : 0;
    EXPECT_LE(merged_->segments().size(), before->segments().size());
  }

  DatasetDelta NextDelta() {
    std::map<std::string, ExamplePtr> entries;
    for (size_t i = Below(3) == 0 ? 200 + Below(400) : 1 + Below(5); i > 0; --i) {
      const std::string id = StrCat("e", Below(3'000));
      entries[id] = Below(10) == 0 ? nullptr : Share(MakeExample(id, texts_[Below(texts_.size())].text));
    }
    return DeltaOf(entries);
  }

  void ExpectSame(const DatasetPtr& snapshot, int64_t version) {
    const DatasetView plain(plain_, version), merged(snapshot, version);
    EXPECT_EQ(RowsOf(plain), RowsOf(merged)) << "version " << version;
    for (int i = 0; i < 3; ++i) {
      const std::string id = StrCat("e", Below(3'000));
      EXPECT_EQ(plain.Find(id), merged.Find(id));
      const std::string& question = texts_[Below(texts_.size())].text;
      const auto expected = plain.Search(question, 20), found = merged.Search(question, 20);
      ASSERT_EQ(found.size(), expected.size());
      for (size_t place = 0; place < found.size(); ++place) {
        EXPECT_EQ(found[place].example, expected[place].example) << place;
        EXPECT_EQ(found[place].score, expected[place].score);
        EXPECT_EQ(found[place].coverage, expected[place].coverage);
      }
    }
  }

  std::mt19937 random_;
  std::vector<LabelledQuestion> texts_;
  DatasetPtr plain_, merged_;
  std::vector<DatasetPtr> held_;
  SegmentPtr handed_over_;
  int installed_ = 0;
};

TEST(Merges, AtRandomMomentsChangeNothing) {
  int installed = 0;
  for (uint32_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    TwoLives lives(seed);
    for (int step = 0; step < 40; ++step) lives.Step();
    lives.ExpectAllSame();
    installed += lives.installed();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(installed, 10);
}

DatasetDelta Rows(size_t begin, size_t count) {
  DatasetDelta delta;
  for (size_t i = begin; i < begin + count; ++i) {
    delta.upserts.push_back(Share(MakeExample(StrCat("e", i), StrCat("w", i % 97))));
  }
  return delta;
}

// Imports of which each has half of the rows of the one before: with the first row more, all of them are due.
DatasetPtr HalvedImports(size_t& rows) {
  DatasetPtr dataset = Dataset::Empty("faq");
  for (size_t count = 4'096; count > 0; rows += count, count /= 2) dataset = ApplyNext(dataset, Rows(rows, count));
  return dataset;
}

TEST(Merges, AnUpdateMergesFewRowsHoweverManyAreDue) {
  size_t rows = 0;
  DatasetPtr dataset = HalvedImports(rows);
  uint32_t closed = 0;
  for (int i = 0; i < 2'000; ++i) {
    const DatasetPtr before = dataset;
    dataset = ApplyNext(dataset, Rows(rows++, 1));
    const std::set<SegmentPtr> known(before->segments().begin(), before->segments().end());
    for (const SegmentPtr& segment : dataset->segments()) {
      if (known.contains(segment)) continue;
      EXPECT_LE(segment->size(), 3 * kOpenRows);
      closed += segment->size() > kOpenRows ? 1 : 0;
    }
    EXPECT_LE(dataset->segments().size(), kMaxClosedSegments + kOpenSegments);
  }
  EXPECT_GT(closed, 2u);
  EXPECT_TRUE(dataset->NeedsMerge());
  dataset = MergeAll(dataset);
  EXPECT_LE(dataset->segments().size(), 4 + kOpenSegments);
}

TEST(Merges, TheirNumberIsBoundedEvenIfNoWorkerMerges) {
  DatasetPtr dataset = Dataset::Empty("faq");
  size_t rows = 0;
  for (int i = 0; i < 300; ++i) {
    const size_t count = i % 7 == 0 ? 1 : kOpenRows + 1 + static_cast<size_t>(i % 3) * 40;
    dataset = ApplyNext(dataset, Rows(rows, count));
    rows += count;
    ASSERT_LE(dataset->segments().size(), kMaxClosedSegments + kOpenSegments);
    uint32_t end = 0;
    for (const SegmentPtr& segment : dataset->segments()) {
      EXPECT_EQ(segment->begin(), end);
      end = segment->end();
    }
    EXPECT_EQ(end, rows);
  }
  const DatasetView view(dataset, dataset->latest());
  ASSERT_TRUE(view.Find(StrCat("e", rows - 1)));
  const size_t expected = (rows - 13 + 96) / 97;
  const auto found = view.Search("w13", expected);
  ASSERT_EQ(found.size(), expected);
  for (size_t i = 0; i < expected; ++i) EXPECT_EQ(found[i].example.id(), StrCat("e", 13 + i * 97));
}

TEST(Merges, LeaveLogarithmicallyMany) {
  size_t rows = 0;
  DatasetPtr dataset = Dataset::Empty("faq");
  for (int i = 0; i < 30; ++i, rows += 300) dataset = MergeAll(ApplyNext(dataset, Rows(rows, 300)));
  const auto& segments = dataset->segments();
  EXPECT_LE(segments.size(), 6u);
  for (size_t i = 0; i + 1 < segments.size(); ++i) EXPECT_GE(segments[i]->size(), 2 * segments[i + 1]->size());
}

TEST(Merges, AreGivenUpWhenTheyAreToldToStop) {
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), Rows(0, 6'000));
  dataset = ApplyNext(dataset, Rows(6'000, 6'000));
  ASSERT_TRUE(dataset->NeedsMerge());
  int looks = 0;
  ASSERT_NE(dataset->Merge([&] { return ++looks < 0; }), nullptr);
  ASSERT_GT(looks, 4) << "it asks now and then";
  for (int last = 1; last <= looks; ++last) {
    int asked = 0;
    EXPECT_EQ(dataset->Merge([&] { return ++asked == last; }), nullptr) << last;
  }
}

TEST(Merges, WhatTheWriterHasMergedItselfStays) {
  size_t rows = 0;
  DatasetPtr dataset = ApplyNext(ApplyNext(Dataset::Empty("faq"), Rows(0, 300)), Rows(300, 300));
  const SegmentPtr late = dataset->Merge(NeverStops);
  for (rows = 600; rows < 30'000 && dataset->segments().front()->size() == 300; rows += 300)
    dataset = ApplyNext(dataset, Rows(rows, 300));
  EXPECT_EQ(Dataset::Install(dataset, late), dataset);
  EXPECT_EQ(Dataset::Install(dataset, dataset->segments().back()), dataset);
}

}  // namespace
}  // namespace attune
