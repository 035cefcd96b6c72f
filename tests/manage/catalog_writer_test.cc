#include <thread>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

TEST(CatalogWriter, TellsTheRevisionItOpenedWith) {
  Shelf shelf;
  EXPECT_EQ(shelf.published, 1);
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  shelf.published = 0;
  shelf.Restart();
  EXPECT_EQ(shelf.published, 2);
}

TEST(CatalogWriter, NothingIsSeenOrAcknowledgedBeforeItIsDurable) {
  Shelf shelf;
  shelf.store.HoldCatalog();
  auto update = shelf.StartUpdate(UpsertRequest("set", "a", "hot"));
  shelf.store.WaitForHeldCatalog();
  EXPECT_EQ(shelf.catalog()->revision, 1);
  EXPECT_EQ(shelf.published, 1);
  EXPECT_EQ(update.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  shelf.store.Release();
  ASSERT_TRUE(update.get().ok());
  // Acknowledged means seen as well.
  EXPECT_EQ(shelf.catalog()->revision, 2);
  EXPECT_EQ(shelf.published, 2);
}

TEST(CatalogWriter, WritesThatWaitTogetherShareOneCommit) {
  Shelf shelf;
  shelf.store.HoldCatalog();
  std::vector<std::future<absl::StatusOr<v1::UpdateDatasetResponse>>> updates;
  updates.push_back(shelf.StartUpdate(UpsertRequest("set", "first", "hot")));
  shelf.store.WaitForHeldCatalog();
  for (int i = 0; i < 40; ++i) updates.push_back(shelf.StartUpdate(UpsertRequest("set", StrCat("e", i), "hot")));
  shelf.store.Release();
  std::vector<int64_t> versions;
  for (auto& update : updates) versions.push_back(update.get()->version());
  for (size_t i = 0; i < versions.size(); ++i) EXPECT_EQ(versions[i], static_cast<int64_t>(i) + 1);
  EXPECT_THAT(shelf.store.catalog_batches(), testing::ElementsAre(1, 1, 40));  // the first is the prompt `default`
}

TEST(CatalogWriter, AFailedCommitLeavesNoTrace) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  AddUpsert(request, "b", "cold");
  ASSERT_TRUE(shelf.Update(request).ok());
  shelf.store.FailWrites(DiskFull());
  request = UpsertRequest("set", "a", "hotter");
  request.add_mutations()->set_delete_id("b");
  request.set_request_id("r1");
  EXPECT_EQ(ErrorReason(shelf.Update(request).status()), "STORE_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(shelf.PutPrompt(PromptRequest("faq")).status()), "STORE_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(shelf.SetAlias(AliasRequest("default", "production", 1)).status()), "STORE_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(shelf.Update(UpsertRequest("other", "x", "new")).status()), "STORE_UNAVAILABLE");
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=hot b=cold");
  EXPECT_EQ(Rows(*shelf.catalog(), "other"), "DATASET_NOT_FOUND");
  EXPECT_EQ(shelf.catalog()->revision, 2);
  EXPECT_EQ(shelf.published, 2);
  shelf.store.Heal();
  const auto update = shelf.Update(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->version(), 2);
  EXPECT_EQ(update->revision(), 3);
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=hotter");
  EXPECT_EQ(Rows(*shelf.catalog(), "set@1"), "a=hot b=cold");
}

TEST(CatalogWriter, AFailedBatchFailsAllThatRestedOnIt) {
  Shelf shelf;
  v1::UpdateDatasetRequest written = UpsertRequest("set", "old", "kept");
  written.set_request_id("written");
  ASSERT_TRUE(shelf.Update(written).ok());
  shelf.store.HoldCatalog();
  auto blocker = shelf.StartUpdate(UpsertRequest("set", "first", "hot"));
  shelf.store.WaitForHeldCatalog();
  v1::UpdateDatasetRequest with_id = UpsertRequest("set", "a", "hot");
  with_id.set_request_id("r1");
  auto one = shelf.StartUpdate(with_id);
  auto twin = shelf.StartUpdate(with_id);                     // a retry within the batch
  auto rests = shelf.StartUpdate(DeleteRequest("set", "a"));  // only right if `one` is
  auto retry = shelf.StartUpdate(written);                    // of an earlier batch
  shelf.store.FailWrites(DiskFull());
  shelf.store.Release();
  for (auto* update : {&blocker, &one, &twin, &rests})
    EXPECT_EQ(ErrorReason(update->get().status()), "STORE_UNAVAILABLE");
  (void)retry.get();
  shelf.store.Heal();
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "old=kept");
  EXPECT_EQ(shelf.Update(with_id)->added(), 1) << "the id of the failed write was remembered";
  ASSERT_TRUE(shelf.Update(DeleteRequest("set", "old")).ok());
  EXPECT_EQ(shelf.Update(written)->version(), 1) << "the id of a durable write was forgotten";
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=hot");
}

TEST(CatalogWriter, ARefusedWriteInABatchDoesNotHarmTheOthers) {
  Shelf shelf;
  shelf.store.HoldCatalog();
  auto blocker = shelf.StartUpdate(UpsertRequest("set", "first", "hot"));
  shelf.store.WaitForHeldCatalog();
  auto good = shelf.StartUpdate(UpsertRequest("set", "a", "hot"));
  auto bad = shelf.StartUpdate(DeleteRequest("set", "nobody"));
  auto also_good = shelf.StartUpdate(UpsertRequest("set", "b", "cold"));
  shelf.store.Release();
  EXPECT_TRUE(blocker.get().ok());
  EXPECT_TRUE(good.get().ok());
  EXPECT_EQ(ErrorReason(bad.get().status()), "EXAMPLE_NOT_FOUND");
  EXPECT_TRUE(also_good.get().ok());
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "first=hot a=hot b=cold");
}

TEST(CatalogWriter, AFullQueueRefuses) {
  Shelf shelf;
  shelf.store.HoldCatalog();
  auto blocker = shelf.StartUpdate(UpsertRequest("set", "first", "hot"));
  shelf.store.WaitForHeldCatalog();
  std::vector<std::future<absl::StatusOr<v1::UpdateDatasetResponse>>> waiting;
  for (size_t i = 0; i < kMaxQueuedWrites; ++i) {
    waiting.push_back(shelf.StartUpdate(UpsertRequest("set", StrCat(i % 10), "hot")));
  }
  const absl::Status status = shelf.StartUpdate(UpsertRequest("set", "late", "hot")).get().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "OVERLOADED");
  EXPECT_TRUE(status.GetPayload(AbslView(kRetryInfoUrl)).has_value());
  EXPECT_TRUE(status.GetPayload(AbslView(kQuotaFailureUrl)).has_value());
  shelf.store.Release();
  for (auto& update : waiting) EXPECT_TRUE(update.get().ok());
  EXPECT_TRUE(shelf.Update(UpsertRequest("set", "late", "hot")).ok());
}

TEST(CatalogWriter, ManyBytesInTheQueueAreRefusedButOneLargeJobIsNot) {
  Shelf shelf;
  WriteJob huge;
  huge.bytes = 2 * kMaxQueuedWriteBytes;
  huge.plan = [](const Catalog&, const WriteSlot&) {
    WritePlan plan;
    plan.answer = "done";
    return plan;
  };
  WriteJob first = huge;
  std::promise<absl::StatusOr<std::string>> alone;
  first.done = [&](absl::StatusOr<std::string> answer) { alone.set_value(std::move(answer)); };
  shelf.writer().Submit(std::move(first));
  EXPECT_EQ(*alone.get_future().get(), "done");

  shelf.store.HoldCatalog();
  auto blocker = shelf.StartUpdate(UpsertRequest("set", "first", "hot"));
  shelf.store.WaitForHeldCatalog();
  auto waits = shelf.StartUpdate(UpsertRequest("set", "second", "hot"));
  absl::Status refused;
  huge.done = [&](const absl::StatusOr<std::string>& answer) { refused = answer.status(); };
  shelf.writer().Submit(std::move(huge));
  EXPECT_EQ(ErrorReason(refused), "OVERLOADED");
  shelf.store.Release();
  EXPECT_TRUE(waits.get().ok());
}

TEST(CatalogWriter, FinishesWhatIsQueuedBeforeItStops) {
  Shelf shelf;
  shelf.store.HoldCatalog();
  std::vector<std::future<absl::StatusOr<v1::UpdateDatasetResponse>>> updates;
  for (int i = 0; i < 5; ++i) updates.push_back(shelf.StartUpdate(UpsertRequest("set", StrCat(i), "hot")));
  shelf.store.WaitForHeldCatalog();
  std::thread release([&] { shelf.store.Release(); });
  shelf.Restart();
  release.join();
  for (auto& update : updates) EXPECT_TRUE(update.get().ok());
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "0=hot 1=hot 2=hot 3=hot 4=hot");
}

TEST(CatalogWriter, ReadersSeeWholeVersionsWhileItWrites) {
  Shelf shelf;
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      const CatalogPtr catalog = shelf.catalog();
      const auto found = catalog->datasets.find("set");
      if (found == catalog->datasets.end()) continue;
      const int64_t version = found->second->dataset->latest();
      const std::string rows = Rows(*catalog, "set");
      EXPECT_EQ(rows, StrCat("a=", version, " b=", version));
      EXPECT_EQ(Rows(*catalog, StrCat("set@", (version + 1) / 2)),
                StrCat("a=", (version + 1) / 2, " b=", (version + 1) / 2));
    }
  });
  for (int version = 1; version <= 300; ++version) {
    v1::UpdateDatasetRequest request = UpsertRequest("set", "a", StrCat(version));
    AddUpsert(request, "b", StrCat(version));
    if (version % 7 == 0) {
      shelf.store.FailWrites(DiskFull());
      EXPECT_FALSE(shelf.Update(UpsertRequest("set", "a", "torn")).ok());
      shelf.store.Heal();
    }
    EXPECT_TRUE(shelf.Update(request).ok());
  }
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace attune
