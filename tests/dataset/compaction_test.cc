// What a compaction drops, when it is made, and when it is given up.
#include <gtest/gtest.h>
#include <malloc.h>

#include "dataset/dropped_rows.h"
#include "dataset/segment.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

bool NeverStops() { return false; }

TEST(DroppedRows, LeaveGapsBetweenPlaces) {
  DroppedRows dropped;
  for (const uint32_t position : {0u, 3u, 4u, 7u}) dropped.Keep(position);
  dropped.Finish(9, {{5, 2}});
  EXPECT_EQ(dropped.size(), 5u);
  const std::vector<int64_t> places = {0, -1, -1, 1, 2, -1, -1, 3, -1, 4, 5};  // from 9 on come those that are new
  uint32_t left = 0;
  for (uint32_t position = 0; position < places.size(); ++position) {
    EXPECT_EQ(dropped.Find(position), places[position]) << position;
    EXPECT_EQ(dropped.PlaceOf(position), left) << position;
    if (places[position] < 0) continue;
    EXPECT_EQ(dropped.PositionOf(left++), position);
  }
  EXPECT_EQ(dropped.With(5), 2u);
  EXPECT_EQ(dropped.With(6), 0u);
  EXPECT_EQ(DroppedRows().Find(7), 7);
}

// A version that replaces every example, and keeps the latest alone.
DatasetPtr ReplaceAll(const DatasetPtr& base, size_t examples) {
  DatasetDelta delta;
  for (size_t i = 0; i < examples; ++i) {
    delta.upserts.push_back(Share(MakeExample(StrCat("e", i), StrCat("w", i % 97), StrCat(base->latest()))));
  }
  return ApplyNext(base, delta, DatasetSettings{.keep_versions = 1});
}

TEST(Compactions, GiveMemoryBackOnceManyRowsAreDead) {
  DatasetPtr dataset = ReplaceAll(Dataset::Empty("faq"), 6'000);
  EXPECT_FALSE(dataset->NeedsCompaction());
  for (int round = 0; round < 3; ++round) {
    dataset = ReplaceAll(dataset, 6'000);
    ASSERT_TRUE(dataset->NeedsCompaction());
    EXPECT_EQ(dataset->PlacesAt(dataset->latest()), 12'000u);
    dataset = dataset->Compact(NeverStops);
    EXPECT_FALSE(dataset->NeedsCompaction());
    EXPECT_EQ(dataset->PlacesAt(dataset->latest()), 6'000u);
    ASSERT_EQ(dataset->segments().size(), 1u);
    EXPECT_EQ(dataset->segments().front()->size(), 6'000u);
    EXPECT_EQ(dataset->StatisticsAt(dataset->latest()).rows, (round + 2) * 6'000u) << "positions stay";
  }
  EXPECT_EQ(DatasetView(dataset, 4).Find("e5").output(), "3");
}

TEST(Compactions, FewDeadRowsStay) {
  DatasetPtr dataset = ReplaceAll(Dataset::Empty("faq"), 4'000);
  EXPECT_FALSE(ReplaceAll(dataset, 4'000)->NeedsCompaction()) << "too few to matter";
  dataset = ReplaceAll(Dataset::Empty("faq"), 30'000);
  EXPECT_FALSE(ReplaceAll(dataset, 5'000)->NeedsCompaction()) << "less than a quarter";
}

TEST(Compactions, OfADatasetWithoutExamplesLeaveNothing) {
  DatasetPtr dataset = DatasetOf({MakeExample("a", "hot"), MakeExample("b", "cold")});
  dataset = ApplyNext(dataset, {.deletes = {"a", "b"}}, DatasetSettings{.keep_versions = 1})->Compact(NeverStops);
  EXPECT_EQ(dataset->PlacesAt(2), 0u);
  EXPECT_TRUE(dataset->segments().empty());
  EXPECT_TRUE(DatasetView(dataset, 2).Search("hot", 5).empty());
  dataset = ApplyNext(dataset, {.upserts = {Share(MakeExample("a", "hot again"))}});
  EXPECT_EQ(DatasetView(dataset, 3).Search("hot", 5).size(), 1u);
  EXPECT_EQ(RowsOf({dataset, 3}), "a=hot again");
}

TEST(Compactions, AreGivenUpWhenTheyAreToldToStop) {
  const DatasetPtr dataset = ReplaceAll(ReplaceAll(Dataset::Empty("faq"), 6'000), 9'000);
  const DatasetPtr newer = ReplaceAll(dataset, 3'000);
  int looks = 0;
  const DatasetPtr compacted = dataset->Compact([&] { return ++looks < 0; });
  ASSERT_GT(looks, 4) << "it asks now and then";
  for (int last = 1; last <= looks; ++last) {
    int asked = 0;
    EXPECT_EQ(dataset->Compact([&] { return ++asked == last; }), nullptr) << last;
  }
  EXPECT_EQ(Dataset::CatchUp(compacted, newer, [] { return true; }), nullptr);
}

// Whatever there is much of: it asks about every thousand.
TEST(Compactions, AreGivenUpSoonWhateverTakesLong) {
  const auto looks_of = [](const DatasetPtr& dataset) {
    int looks = 0;
    EXPECT_NE(dataset->Compact([&] { return ++looks < 0; }), nullptr);
    return looks;
  };
  DatasetPtr rows = Dataset::Empty("faq");
  DatasetDelta delta;
  for (int i = 0; i < 20'480; ++i) delta.upserts.push_back(Share(MakeExample(StrCat("e", i), "w")));
  rows = ApplyNext(rows, delta);
  const int of_rows = looks_of(rows);
  EXPECT_GE(of_rows, 2 * 20) << "to count the places, and to take the rows";
  delta.upserts.clear();
  for (int i = 0; i < 20'480; ++i) delta.deletes.push_back(StrCat("e", i));
  EXPECT_GE(looks_of(ApplyNext(rows, delta)), of_rows + 20) << "to take the removals";
  DatasetPtr versions = Dataset::Empty("faq");
  for (int i = 0; i < 4'096; ++i) versions = ApplyNext(versions, {});
  EXPECT_GE(looks_of(versions), 4);
}

TEST(Compactions, LeaveNoMemoryForLengthsOfDroppedRows) {
  DatasetDelta delta;
  for (int i = 0; i < 20'000; ++i) delta.upserts.push_back(Share(MakeExample(StrCat("e", i), "w")));
  DatasetPtr dataset = ApplyNext(Dataset::Empty("faq"), delta);
  delta.upserts.clear();
  for (int i = 1'000; i < 20'000; ++i) delta.deletes.push_back(StrCat("e", i));
  dataset = ApplyNext(dataset, delta, DatasetSettings{.keep_versions = 1})->Compact(NeverStops);
  ASSERT_EQ(dataset->segments().size(), 1u);
  const Segment& segment = *dataset->segments().front();
  ASSERT_EQ(segment.size(), 1'000u);
  // The C library asks for a pointer that is not const, and changes nothing.
  EXPECT_LT(malloc_usable_size(const_cast<uint16_t*>(segment.lengths())), 3'000u) << "two bytes a row";
}

}  // namespace
}  // namespace attune
