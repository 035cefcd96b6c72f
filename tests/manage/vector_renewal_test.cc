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
  const IndexPtr before = index;
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
