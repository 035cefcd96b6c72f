#include "dataset/dataset.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "dataset/row.h"
#include "dataset/selection.h"
#include "tests/dataset/dataset_steps.h"

namespace attune {
namespace {

DatasetDelta Upsert(std::string id, std::string input) {
  return {.upserts = {Share(MakeExample(std::move(id), std::move(input)))}};
}

TEST(Dataset, IsEmptyBeforeItsFirstVersion) {
  const DatasetPtr dataset = Dataset::Empty("faq");
  EXPECT_EQ(dataset->name(), "faq");
  EXPECT_EQ(dataset->latest(), 0);
  EXPECT_EQ(dataset->Version(0).version, 0);
  EXPECT_EQ(dataset->VersionAtRevision(100), 0);
  for (const DatasetView& view : {DatasetView(dataset, 0), DatasetView()}) {
    EXPECT_FALSE(view.Find("a"));
    EXPECT_EQ(RowsOf(view), "");
    EXPECT_TRUE(view.Search("anything", 10).empty());
  }
}

TEST(Dataset, EveryVersionStaysAsItWas) {
  DatasetPtr dataset = DatasetOf({MakeExample("a", "hot"), MakeExample("b", "cold")});
  const DatasetPtr first = dataset;
  dataset = ApplyNext(dataset, Upsert("a", "hotter"));
  dataset = ApplyNext(dataset, {.deletes = {"b"}});
  dataset = ApplyNext(dataset, Upsert("b", "back"));
  EXPECT_EQ(RowsOf({dataset, 1}), "a=hot b=cold");
  EXPECT_EQ(RowsOf({dataset, 2}), "b=cold a=hotter");
  EXPECT_EQ(RowsOf({dataset, 3}), "a=hotter");
  EXPECT_EQ(RowsOf({dataset, 4}), "a=hotter b=back");
  EXPECT_EQ(RowsOf({first, 1}), "a=hot b=cold");
  EXPECT_EQ(first->latest(), 1);
  EXPECT_EQ(DatasetView(dataset, 1).Find("a").input(), "hot");
  EXPECT_FALSE(DatasetView(dataset, 3).Find("b"));
}

TEST(Dataset, KeepsWhatDescribesAVersion) {
  DatasetVersion version;
  version.version = 1;
  version.revision = 7;
  version.time_us = 99;
  version.description = "first";
  Example held = MakeExample("t", "x");
  held.split = Split::kTest;
  const auto dataset =
      *Dataset::Apply(Dataset::Empty("faq"), {.upserts = {Share(MakeExample("a", "x")), Share(held)}}, version);
  const DatasetVersion& kept = dataset->Version(1);
  EXPECT_EQ(kept.revision, 7);
  EXPECT_EQ(kept.time_us, 99);
  EXPECT_EQ(kept.description, "first");
  EXPECT_EQ(kept.added, 2);
  EXPECT_EQ(kept.train, 1);
  EXPECT_EQ(kept.test, 1);
}

TEST(Dataset, FindsTheVersionOfARevision) {
  DatasetPtr dataset = Dataset::Empty("faq");
  for (int i = 0; i < 5; ++i) dataset = ApplyNext(dataset, Upsert("a", StrCat("x", i)));
  for (int64_t revision = 0; revision < 70; ++revision) {
    EXPECT_EQ(dataset->VersionAtRevision(revision), std::min<int64_t>(revision / 10, 5)) << revision;
  }
}

TEST(Dataset, PreviewTellsWhatADeltaWouldDo) {
  const DatasetPtr dataset = DatasetOf({MakeExample("a", "hot"), MakeExample("b", "cold"), MakeExample("c", "mild")});
  const DatasetChange change = dataset->Preview(
      {.upserts = {Share(MakeExample("a", "hot")), Share(MakeExample("b", "colder")), Share(MakeExample("d", "new"))},
       .deletes = {"c", "nobody"}});
  EXPECT_EQ(change.unchanged, 1);
  ASSERT_EQ(change.updated.size(), 1u);
  EXPECT_EQ(change.updated[0]->id, "b");
  ASSERT_EQ(change.added.size(), 1u);
  EXPECT_EQ(change.added[0]->id, "d");
  EXPECT_EQ(change.deleted, std::vector<std::string>({"c"}));
  EXPECT_EQ(change.missing, std::vector<std::string>({"nobody"}));
  EXPECT_EQ(dataset->latest(), 1);
  EXPECT_EQ(RowsOf({dataset, 1}), "a=hot b=cold c=mild");
}

TEST(Dataset, EveryPartOfAnExampleCountsAsAChange) {
  const Example plain = MakeExample("a", "hot");
  std::vector<Example> changed(7, plain);
  changed[0].input = "Hot";
  changed[1].output = "other";
  changed[2].variables["x"] = "";
  changed[3].labels = {"l"};
  changed[4].metadata["x"] = "";
  changed[5].weight = 2;
  changed[6].split = Split::kTest;
  const DatasetPtr dataset = DatasetOf({plain});
  for (const Example& example : changed) EXPECT_EQ(dataset->Preview({.upserts = {Share(example)}}).updated.size(), 1u);
  EXPECT_EQ(dataset->Preview({.upserts = {Share(plain)}}).unchanged, 1);
}

TEST(Dataset, UndoTakesBackWhatApplyMarked) {
  const DatasetPtr base = DatasetOf({MakeExample("a", "hot"), MakeExample("b", "cold")});
  const DatasetPtr refused = ApplyNext(
      base, {.upserts = {Share(MakeExample("a", "never")), Share(MakeExample("c", "seen"))}, .deletes = {"b"}});
  Dataset::Undo(refused);
  EXPECT_EQ(RowsOf({base, 1}), "a=hot b=cold");
  const DatasetPtr next = ApplyNext(base, Upsert("d", "new"));
  EXPECT_EQ(RowsOf({next, 2}), "a=hot b=cold d=new");
  EXPECT_FALSE(DatasetView(next, 2).Find("c"));
  EXPECT_EQ(next->Version(2).train, 3);
}

TEST(Dataset, WhatIsUndoneTakesNoMemory) {
  const DatasetPtr base = DatasetOf({MakeExample("a", "hot")});
  const auto place_of_undone = [&base] {
    const DatasetPtr refused = ApplyNext(base, Upsert("b", "cold"));
    const char* const place = DatasetView(refused, 2).Find("b").input().data();
    Dataset::Undo(refused);
    return static_cast<const void*>(place);
  };
  EXPECT_EQ(place_of_undone(), place_of_undone());
}

// 32 hex digits are packed in another way than all else, among it their own bytes.
TEST(Dataset, FindsIdsOfEveryKind) {
  const std::string digits = "61626364656667680123456789abcdef";
  const std::string bytes = "abcdefgh\x01\x23\x45\x67\x89\xab\xcd\xef";
  const std::vector<std::string> ids = {"a",
                                        digits,
                                        bytes,
                                        "61626364656667680123456789ABCDEF",
                                        digits + "0",
                                        digits.substr(1),
                                        std::string(32, 'f'),
                                        std::string(32, 'g'),
                                        ""};
  std::vector<Example> examples;
  for (const std::string& id : ids) examples.push_back(MakeExample(id, "of " + id));
  const DatasetPtr dataset = DatasetOf(examples);
  const DatasetView view(dataset, 1);
  for (const std::string& id : ids) {
    ASSERT_TRUE(view.Find(id)) << id;
    EXPECT_EQ(view.Find(id).id(), id);
    EXPECT_EQ(view.Find(id).input(), "of " + id);
  }
  for (const char* id : {"b", "abcdefgh", "61626364656667680123456789abcdee"}) EXPECT_FALSE(view.Find(id)) << id;
}

TEST(Dataset, RefusesAVersionThatRowsCannotTell) {
  const DatasetPtr base = DatasetOf({MakeExample("a", "hot")});
  DatasetVersion version;
  version.version = kMaxDatasetVersions + 1;
  EXPECT_EQ(ErrorReason(Dataset::Apply(base, Upsert("b", "cold"), version).status()), "DATASET_FULL");
  EXPECT_EQ(RowsOf({base, 1}), "a=hot");
}

TEST(Dataset, AWalkGoesOnFromAnyPosition) {
  DatasetPtr dataset =
      DatasetOf({MakeExample("a", "1"), MakeExample("b", "2"), MakeExample("c", "3"), MakeExample("d", "4")});
  dataset = ApplyNext(dataset, {.deletes = {"b"}});
  std::string walked;
  for (uint64_t from = 0, page = 0; page < 5; ++page) {
    DatasetView(dataset, 2).Visit(from, [&](uint64_t position, ExampleView example) {
      walked += example.id();
      from = position + 1;
      return false;
    });
  }
  EXPECT_EQ(walked, "acd");
}

TEST(DiffVersions, GoesInTheOrderOfTheRows) {
  DatasetPtr dataset = DatasetOf({MakeExample("a", "1"), MakeExample("b", "2"), MakeExample("c", "3")});
  dataset =
      ApplyNext(dataset, {.upserts = {Share(MakeExample("d", "4")), Share(MakeExample("c", "33"))}, .deletes = {"a"}});
  const auto text = [&](int64_t from, int64_t to) {
    std::string out;
    for (const ExampleDifference& difference : DiffVersions(dataset, from, to)) {
      StrAppend(&out, difference.before ? difference.before.input() : "-", ">",
                difference.after ? difference.after.input() : "-", " ");
    }
    return out;
  };
  EXPECT_EQ(text(1, 2), "1>- 3>33 ->4 ");
  EXPECT_EQ(text(2, 1), "33>3 4>- ->1 ");
  EXPECT_EQ(text(0, 1), "->1 ->2 ->3 ");
  EXPECT_EQ(text(2, 2), "");
}

}  // namespace
}  // namespace attune
