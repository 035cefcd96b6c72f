// Compactions through the whole writing half: dead rows go while updates, merges and searches go on, and nothing else
// tells of it.
#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include "tests/dataset/naive_search.h"
#include "tests/manage/busy_dataset.h"

namespace attune {
namespace {

constexpr int kSteps = 90;
constexpr size_t kIds = 1'200;
constexpr int32_t kKeep = 6;

bool AtRest(const Dataset& dataset) { return !dataset.NeedsMerge() && !dataset.NeedsCompaction(); }

// Rows in memory.
uint32_t Held(const Dataset& dataset) { return dataset.PlacesAt(dataset.latest()); }
// Of all versions.
uint32_t Added(const Dataset& dataset) { return dataset.StatisticsAt(dataset.latest()).rows; }

// Looks at random versions that are kept until it is told that it is done.
void ReadOnAndOn(uint32_t seed, const Shelf& shelf, const SnapshotCell<Dataset>& plain, const std::atomic<bool>& done) {
  std::mt19937 random(seed);
  const auto questions = MakeZipfQuestions(50, 5, 10 + seed);
  for (int searches = 0; !done || searches < 20;) {
    const DatasetPtr model = plain.Get();  // first: the server is never behind it
    const auto found = shelf.catalog()->datasets.find("faq");
    if (found == shelf.catalog()->datasets.end() || model->latest() == 0) continue;
    const DatasetPtr dataset = FaqOf(shelf);
    const int64_t kept = model->latest() - dataset->oldest() + 1;
    if (kept <= 0) continue;
    const int64_t version = dataset->oldest() + static_cast<int64_t>(random() % static_cast<uint64_t>(kept));
    ExpectSame(dataset, model, version, questions[random() % questions.size()].text);
    ++searches;
  }
}

TEST(Compaction, UpdatesCompactionsAndSearchesAtOnceAgreeWithTheModel) {
  Shelf shelf;
  SnapshotCell<Dataset> plain(Dataset::Empty("faq"));
  v1::UpdateDatasetRequest keep;
  keep.set_dataset("faq");
  keep.mutable_settings()->set_keep_versions(kKeep);
  ASSERT_TRUE(shelf.Update(keep).ok());
  plain.Set(ApplyNext(plain.Get(), {}, DatasetSettings{.keep_versions = kKeep}));
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (uint32_t seed = 0; seed < 2; ++seed) {
    readers.emplace_back([&, seed] { ReadOnAndOn(seed, shelf, plain, done); });
  }
  Changes changes(kIds);
  for (int step = 0; step < kSteps; ++step) {
    // So that at least one lies between two updates, however slow the worker is.
    if (step == kSteps / 2) {
      EXPECT_TRUE(Until([&] { return AtRest(*FaqOf(shelf)); }));
    }
    if (step % 5 == 4) {
      shelf.store.FailWrites(DiskFull());
      EXPECT_FALSE(shelf.Update(changes.Next().request).ok());
      shelf.store.Heal();
    }
    const Change change = changes.Next();
    const auto updated = shelf.Update(change.request);
    ASSERT_TRUE(updated.ok()) << updated.status();
    if (updated->version() > plain.Get()->latest()) plain.Set(ApplyNext(plain.Get(), change.delta));
    ASSERT_EQ(updated->version(), plain.Get()->latest());
  }
  const int64_t revision = shelf.catalog()->revision;
  EXPECT_TRUE(Until([&] { return AtRest(*FaqOf(shelf)); }));
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(shelf.catalog()->revision, revision) << "a compaction is no write";
  const int64_t latest = plain.Get()->latest();
  for (int restarts = 0; restarts < 2; ++restarts, shelf.Restart()) {
    EXPECT_TRUE(Until([&] { return AtRest(*FaqOf(shelf)); }));
    EXPECT_LT(Held(*FaqOf(shelf)), Added(*FaqOf(shelf)) / 2);
    EXPECT_EQ(Added(*FaqOf(shelf)), Added(*plain.Get()));
    EXPECT_EQ(Rows(*shelf.catalog(), StrCat("faq@", latest - kKeep)), "VERSION_NOT_KEPT");
    for (int64_t version = latest - kKeep + 1; version <= latest; ++version) {
      ExpectSame(FaqOf(shelf), plain.Get(), version, changes.Text());
      const NaiveSearch naive(plain.Get(), version);
      const std::string& question = changes.Text();
      ExpectEqual(DatasetView(FaqOf(shelf), version).Search(question, 50), naive.Search(question, 50, AcceptAll));
    }
  }
}

// The examples of ManyUpserts, all of them with another answer each time, of which the latest alone is kept.
v1::UpdateDatasetRequest Replaced(size_t count, int round) {
  v1::UpdateDatasetRequest request = ManyUpserts("faq", 0, count);
  for (v1::Mutation& mutation : *request.mutable_mutations()) mutation.mutable_upsert()->set_output(StrCat(round));
  request.mutable_settings()->set_keep_versions(1);
  return request;
}

TEST(Compaction, AReaderKeepsWhatItHolds) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(ManyUpserts("faq", 0, 5'000)).ok());
  const DatasetView held(FaqOf(shelf), 1);
  const std::string rows = RowsOf(held);
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(shelf.Update(Replaced(5'000, round)).ok());
  EXPECT_TRUE(Until([&] { return Held(*FaqOf(shelf)) == 5'000; }));
  EXPECT_EQ(RowsOf(held), rows);
  EXPECT_EQ(held.Search("w5", 3).front().example.output(), "answer");
  EXPECT_EQ(Rows(*shelf.catalog(), "faq@1"), "VERSION_NOT_KEPT");
}

// An Ask holds its examples for as long as the provider takes, and must not be the one who frees a whole dataset.
TEST(Compaction, WhatAReaderWasTheLastToHoldIsFreedByTheMerger) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(ManyUpserts("faq", 0, 5'000)).ok());
  auto held = std::make_unique<DatasetView>(FaqOf(shelf), 1);
  std::vector<std::weak_ptr<const void>> parts;
  for (const auto& part : held->dataset()->Parts()) parts.emplace_back(part);
  for (int round = 0; round < 2; ++round) ASSERT_TRUE(shelf.Update(Replaced(5'000, round)).ok());
  EXPECT_TRUE(Until([&] { return Held(*FaqOf(shelf)) == 5'000; }));
  const auto all = [&parts](const auto& is) { return std::all_of(parts.begin(), parts.end(), is); };
  EXPECT_TRUE(Until([&] { return all([](const auto& part) { return part.use_count() == 2; }); }))
      << "the reader's and the merger's";
  held.reset();
  ASSERT_TRUE(shelf.Update(UpsertRequest("faq", "one", "more")).ok());  // wakes the merger
  EXPECT_TRUE(Until([&] { return all([](const auto& part) { return part.expired(); }); }));
}

}  // namespace
}  // namespace attune
