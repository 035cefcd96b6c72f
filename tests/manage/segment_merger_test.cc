// Background merges through the whole writing half: updates, failing disks, readers and merges at once.
#include "manage/segment_merger.h"

#include <random>
#include <thread>

#include "tests/dataset/naive_search.h"
#include "tests/manage/busy_dataset.h"

namespace attune {
namespace {

constexpr int kSteps = 60;
constexpr size_t kIds = 4'000;

TEST(SegmentMerger, UpdatesMergesAndSearchesAtOnceAgreeWithTheModel) {
  Shelf shelf;
  SnapshotCell<Dataset> plain(Dataset::Empty("faq"));
  std::atomic<bool> done{false};
  std::atomic<int> searches{0};
  std::vector<std::thread> readers;
  for (uint32_t seed = 0; seed < 2; ++seed) {
    readers.emplace_back([&, seed] {
      std::mt19937 random(seed);
      const auto questions = MakeZipfQuestions(50, 5, 10 + seed);
      while (!done || searches < 20) {
        const DatasetPtr model = plain.Get();  // first: the server is never behind it
        if (model->latest() == 0) continue;
        const auto version = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(model->latest()));
        ExpectSame(FaqOf(shelf), model, version, questions[random() % questions.size()].text);
        ++searches;
      }
    });
  }
  Changes changes(kIds);
  for (int step = 0; step < kSteps; ++step) {
    if (step % 5 == 4) {
      shelf.store.FailWrites(DiskFull());
      EXPECT_FALSE(shelf.Update(UpsertRequest("faq", "torn", "torn card")).ok());
      shelf.store.Heal();
    }
    const Change change = changes.Next();
    const auto updated = shelf.Update(change.request);
    ASSERT_TRUE(updated.ok()) << updated.status();
    if (updated->version() > plain.Get()->latest()) plain.Set(ApplyNext(plain.Get(), change.delta));
    ASSERT_EQ(updated->version(), plain.Get()->latest());
  }
  const int64_t revision = shelf.catalog()->revision;
  EXPECT_TRUE(Until([&] { return !FaqOf(shelf)->NeedsMerge(); }));
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LT(FaqOf(shelf)->segments().size(), plain.Get()->segments().size());
  EXPECT_EQ(shelf.catalog()->revision, revision) << "a merge is no write";
  EXPECT_EQ(shelf.published, revision);
  const int64_t latest = plain.Get()->latest();
  const NaiveSearch naive(FaqOf(shelf), latest);
  for (int i = 0; i < 5; ++i) {
    const std::string question = changes.Text();
    ExpectSame(FaqOf(shelf), plain.Get(), 1 + i * (latest - 1) / 4, question);
    ExpectEqual(DatasetView(FaqOf(shelf), latest).Search(question, 50), naive.Search(question, 50, AcceptAll));
  }
}

TEST(SegmentMerger, MergesEveryDatasetAndAgainAfterARestart) {
  Shelf shelf;
  const auto all_merged = [&] {
    const CatalogPtr catalog = shelf.catalog();
    return std::none_of(catalog->datasets.begin(), catalog->datasets.end(),
                        [](const auto& entry) { return entry.second->dataset->NeedsMerge(); });
  };
  for (size_t i = 0; i < 4; ++i) {
    for (const char* const name : {"a", "b"}) ASSERT_TRUE(shelf.Update(ManyUpserts(name, i * 300, 300)).ok());
  }
  for (int restarts = 0; restarts < 2; ++restarts, shelf.Restart()) {
    EXPECT_TRUE(Until(all_merged));
    for (const char* const name : {"a", "b"}) {
      const DatasetPtr dataset = shelf.catalog()->datasets.at(name)->dataset;
      EXPECT_LE(dataset->segments().size(), 2u);
      EXPECT_EQ(dataset->latest(), 4);
      const auto found = DatasetView(dataset, 4).Search("w5", 13);
      ASSERT_EQ(found.size(), 13u);
      EXPECT_EQ(found.front().example.id(), "e5");
      EXPECT_EQ(found.back().example.id(), StrCat("e", 5 + 12 * 97));
    }
  }
}

TEST(SegmentMerger, TheWriterEndsInTheMiddleOfAMerge) {
  Shelf shelf;
  for (size_t i = 0; i < 2; ++i) ASSERT_TRUE(shelf.Update(ManyUpserts("faq", i * 20'000, 20'000)).ok());
  shelf.Restart();  // ends the writer, and begins anew on what the store has
  EXPECT_EQ(FaqOf(shelf)->Version(2).train, 40'000);
  EXPECT_TRUE(Until([&] { return !FaqOf(shelf)->NeedsMerge(); }));
  EXPECT_EQ(FaqOf(shelf)->segments().size(), 1u);
}

TEST(SegmentMerger, HandsOverWhatIsDueAndNothingOnceItHasStopped) {
  DatasetPtr due = Dataset::Empty("faq");
  for (size_t i = 0; i < 2; ++i) {
    DatasetDelta delta;
    for (size_t row = 0; row < 300; ++row) delta.upserts.push_back(Share(MakeExample(StrCat(i, "-", row), "text")));
    due = ApplyNext(due, delta);
  }
  auto catalog = std::make_shared<Catalog>();
  catalog->datasets["faq"] = std::make_shared<const DatasetHistory>(DatasetHistory{due, {}});
  SnapshotCell<Catalog> cell(catalog);
  std::atomic<int> installed{0};
  SegmentMerger merger(cell, [&](const std::string& name, const SegmentMerger::Change& change) {
    EXPECT_EQ(name, "faq");
    auto next = std::make_shared<Catalog>();
    next->datasets["faq"] = std::make_shared<const DatasetHistory>(DatasetHistory{change(due), {}});
    cell.Set(next);
    ++installed;
    return true;
  });
  EXPECT_TRUE(Until([&] { return installed == 1; }));
  merger.Stop();
  merger.Stop();
  cell.Set(catalog);
  merger.Wake();
  EXPECT_EQ(installed, 1) << "it has stopped";
}

}  // namespace
}  // namespace attune
