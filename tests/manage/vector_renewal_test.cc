#include "manage/vector_renewal.h"

#include <gtest/gtest.h>

#include "tests/dataset/embedded_set.h"

namespace attune {
namespace {

bool NeverStops() { return false; }

DatasetDelta Texts(int begin, int end, const std::string& by) {
  DatasetDelta delta;
  for (int i = begin; i < end; ++i) delta.upserts.push_back(Share(MakeExample(StrCat("e", i), StrCat(by, " ", i))));
  return delta;
}

TEST(VectorRenewal, LinksTheOthersBesideTheIndexThatServesAndTakesItsPlace) {
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), Texts(0, 12'600, "old"));
  IndexPtr index = EmbedRows(VectorIndex::Empty(kExactDimensions), dataset);
  VectorRenewal renewal;
  EXPECT_FALSE(renewal.Pending(*dataset));
  DatasetDelta delta = Texts(12'600, 12'700, "new");
  for (int i = 0; i < 4'200; ++i) delta.deletes.push_back(StrCat("e", i));
  dataset = ApplyNext(dataset, delta, DatasetSettings{.keep_versions = 1})->Compact(NeverStops);
  ASSERT_TRUE(renewal.Pending(*dataset));
  IndexPtr before = index;
  int steps = 0;
  for (; renewal.Pending(*dataset); ++steps) {
    ASSERT_TRUE(renewal.Step(index, *dataset).ok());
    if (steps > 0) continue;
    // Rows that come meanwhile are in both.
    ASSERT_EQ(index, before);
    std::vector<VectorIndex::Added> added;
    for (uint32_t row = 12'600; row < 12'700; ++row) {
      added.push_back({row, ExactVector(dataset->RowAt(row).example.input())});
    }
    index = *VectorIndex::Add(index, added);
    ASSERT_TRUE(renewal.Add(added).ok());
  }
  EXPECT_EQ(steps, 1 + 4) << "one links 2,048, and fewer are not linked at all";
  EXPECT_NE(index, before);
  EXPECT_EQ(index->size(), 8'500u);
  EXPECT_FALSE(index->NeedsMerge());
  for (uint32_t row = 0; row < 12'700; ++row) ASSERT_EQ(index->Has(row), row >= 4'200) << row;
  EXPECT_EQ(before->size(), 12'600u) << "who has the old one keeps it";
  EXPECT_TRUE(before->Has(0));
  const std::weak_ptr<const void> vectors = before->Parts().front();
  EXPECT_TRUE(renewal.Free()) << "something is left";
  before.reset();
  EXPECT_FALSE(vectors.expired()) << "who had the old one does not free it";
  EXPECT_FALSE(renewal.Free());
  EXPECT_TRUE(vectors.expired());
}

// Rows that are looked at to know whether a version has its vectors.
size_t LookedAt(const IndexPtr& index, const DatasetPtr& dataset) {
  size_t rows = 0;
  index->VisitMissing(dataset->StatisticsAt(dataset->latest()).rows, [&](uint32_t) { return ++rows > 0; });
  return rows;
}

TEST(VectorRenewal, ASearchDoesNotLookAtWhatNeverGetsAVector) {
  constexpr int kExamples = 6'400;  // a number of groups
  DatasetDelta delta = Texts(0, kExamples, "old");
  for (int i = 0; i < kExamples; i += 10) {
    Example example = MakeExample(StrCat("e", i), StrCat("old ", i));
    example.split = Split::kTest;
    delta.upserts[static_cast<size_t>(i)] = Share(std::move(example));
  }
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), delta);
  const auto unwanted = [](const Row& row) { return row.train == 0 || row.example.id() == "e7"; };
  VectorRenewal renewal;
  IndexPtr index = EmbedRows(VectorIndex::Empty(kExactDimensions), dataset, unwanted);
  EXPECT_FALSE(renewal.PassRows(index, *dataset));
  EXPECT_LE(LookedAt(index, dataset), kRowsPerGroup) << "of the group of e7";
  EXPECT_EQ(CountWithoutVector({dataset, 1}, *index), 1);

  // As after a restart: nothing is known of what was dropped.
  dataset = ApplyNext(dataset, Texts(64, kExamples, "new"), DatasetSettings{.keep_versions = 1})->Compact(NeverStops);
  const auto gone = [&](const Row& row) { return !row.example || unwanted(row); };
  for (IndexPtr loaded : {EmbedRows(VectorIndex::Empty(kExactDimensions), dataset, gone), index}) {
    loaded = EmbedRows(loaded, dataset, gone);
    VectorRenewal other;
    VectorRenewal& of = loaded->size() > kExamples ? renewal : other;
    EXPECT_TRUE(of.PassRows(loaded, *dataset));
    EXPECT_FALSE(of.PassRows(loaded, *dataset)) << "once for each compaction";
    EXPECT_LE(LookedAt(loaded, dataset), kRowsPerGroup);
    EXPECT_EQ(CountWithoutVector({dataset, 2}, *loaded), 1);
    while (of.Pending(*dataset)) ASSERT_TRUE(of.Step(loaded, *dataset).ok());
    EXPECT_EQ(loaded->size(), static_cast<size_t>(kExamples - 8)) << "e7 and seven TEST examples have none";
    EXPECT_LE(LookedAt(loaded, dataset), kRowsPerGroup);
    EXPECT_EQ(CountWithoutVector({dataset, 2}, *loaded), 1);
  }
}

TEST(VectorRenewal, FewAreLeftWhereTheyAre) {
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), Texts(0, 500, "old"));
  IndexPtr index = EmbedRows(VectorIndex::Empty(kExactDimensions), dataset);
  dataset = ApplyNext(dataset, Texts(0, 400, "new"), DatasetSettings{.keep_versions = 1})->Compact(NeverStops);
  VectorRenewal renewal;
  ASSERT_TRUE(renewal.Pending(*dataset));
  ASSERT_TRUE(renewal.Step(index, *dataset).ok());
  EXPECT_FALSE(renewal.Pending(*dataset)) << "until more are dropped";
  EXPECT_EQ(index->size(), 500u);
}

}  // namespace
}  // namespace attune
