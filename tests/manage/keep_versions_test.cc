// The setting keep_versions: which versions can be read, by a rule that a restart, a rollback and time do not change.
#include <limits>

#include "manage/dataset_stats.h"
#include "manage/export_session.h"
#include "tests/manage/shelf.h"

namespace attune {
namespace {

v1::UpdateDatasetRequest KeepRequest(int32_t keep) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  request.mutable_settings()->set_keep_versions(keep);
  return request;
}

int64_t Oldest(const Shelf& shelf) { return GetDataset(*shelf.catalog(), VectorShelf(), "faq")->oldest_version(); }

// Each version adds the example of its number.
void AddVersions(Shelf& shelf, int count) {
  for (int i = 0; i < count; ++i) {
    const auto found = shelf.catalog()->datasets.find("faq");
    const int64_t next = found == shelf.catalog()->datasets.end() ? 1 : found->second->dataset->latest() + 1;
    ASSERT_TRUE(shelf.Update(UpsertRequest("faq", StrCat("e", next), StrCat("text ", next))).ok());
  }
}

TEST(KeepVersions, TheOldestFollowsTheLatestAndNeverGoesBack) {
  Shelf shelf;
  AddVersions(shelf, 4);
  EXPECT_EQ(Oldest(shelf), 1) << "all are kept at first";
  EXPECT_EQ(shelf.Update(KeepRequest(3))->version(), 5);
  EXPECT_EQ(Oldest(shelf), 3) << "the version that sets it counts";
  AddVersions(shelf, 1);
  EXPECT_EQ(Oldest(shelf), 4);
  ASSERT_TRUE(shelf.Update(KeepRequest(1)).ok());
  EXPECT_EQ(Oldest(shelf), 7);
  ASSERT_TRUE(shelf.Update(KeepRequest(5)).ok());
  EXPECT_EQ(Oldest(shelf), 7) << "nothing comes back";
  AddVersions(shelf, 4);
  EXPECT_EQ(Oldest(shelf), 8);
  ASSERT_TRUE(shelf.Update(KeepRequest(0)).ok());
  AddVersions(shelf, 2);
  for (int restarts = 0; restarts < 2; ++restarts, shelf.Restart()) {
    EXPECT_EQ(Oldest(shelf), 8);
    Page page;
    EXPECT_EQ(ListDatasets(*shelf.catalog(), page).datasets(0).oldest_version(), 0) << "default has no version";
    EXPECT_EQ(Rows(*shelf.catalog(), "faq@7"), "VERSION_NOT_KEPT");
    EXPECT_THAT(Rows(*shelf.catalog(), "faq@8"), testing::EndsWith("e6=text 6"));
  }
}

TEST(KeepVersions, ARefusalTellsWhatIsKeptAndWhy) {
  Shelf shelf;
  AddVersions(shelf, 5);
  ASSERT_TRUE(shelf.Update(KeepRequest(2)).ok());
  const absl::Status refused = GetDataset(*shelf.catalog(), VectorShelf(), "faq@4").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ErrorReason(refused), "VERSION_NOT_KEPT");
  EXPECT_EQ(ErrorMetadata(refused, "oldest_version"), "5");
  EXPECT_EQ(ErrorMetadata(refused, "keep_versions"), "2");
  EXPECT_EQ(ErrorMetadata(refused, "version"), "4");
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("keep_versions"));
}

TEST(KeepVersions, NoReadReachesAnOlderVersion) {
  Shelf shelf;
  AddVersions(shelf, 3);
  v1::SetAliasRequest gold;
  gold.set_dataset("faq");
  gold.set_alias("gold");
  gold.set_version(2);
  ASSERT_TRUE(shelf.SetAlias(gold).ok());
  ASSERT_TRUE(shelf.Update(KeepRequest(2)).ok());
  const int64_t revision = shelf.catalog()->revision;
  const Catalog& catalog = *shelf.catalog();
  const auto search = [&](const std::string& reference) {
    v1::SearchExamplesRequest request;
    request.set_dataset(reference);
    request.set_query("text");
    return SearchByWords(catalog, request).status();
  };
  const auto exported = [&](const std::string& reference) {
    v1::ExportDatasetRequest request;
    request.set_dataset(reference);
    return ExportSession::Start(catalog, request).status();
  };
  const auto diff = [&](int64_t from, int64_t to) {
    v1::DiffDatasetRequest request;
    request.set_dataset("faq");
    request.set_from_version(from);
    request.set_to_version(to);
    Page page;
    return DiffDataset(catalog, request, page).status();
  };
  const auto pinned = [&](const std::string& reference) {
    v1::PutPromptRequest request = PromptRequest("ask");
    request.mutable_prompt()->mutable_few_shot()->set_dataset(reference);
    request.set_validate_only(true);
    return shelf.PutPrompt(request).status();
  };
  const auto rollback = [&](int64_t version) {
    v1::RollbackDatasetRequest request;
    request.set_dataset("faq");
    request.set_version(version);
    return shelf.Rollback(request).status();
  };
  DatasetStatsReader stats;
  gold.set_version(1);
  for (const absl::Status& status : {search("faq@2"), search("faq@gold"), exported("faq@2"), diff(2, 4), diff(4, 2),
                                     pinned("faq@gold"), rollback(2), stats.Read(catalog, "faq@2").status(),
                                     shelf.SetAlias(gold).status(), ResolveDataset(catalog, "faq", 2, "").status()}) {
    EXPECT_EQ(ErrorReason(status), "VERSION_NOT_KEPT") << status;
  }
  EXPECT_EQ(shelf.catalog()->revision, revision) << "what was refused has changed nothing";
  for (const absl::Status& status : {search("faq@3"), exported("faq@3"), diff(3, 4), diff(0, 4), pinned("faq@3"),
                                     ResolveDataset(catalog, "faq", 3 + 1, "").status()}) {
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_EQ(stats.Read(catalog, "faq")->oldest_version(), 3);
  Page page;
  EXPECT_EQ(ListDatasetVersions(catalog, "faq", page)->versions_size(), 4) << "all are listed";
}

TEST(KeepVersions, ARollbackLeavesTheSettingAsItIs) {
  Shelf shelf;
  AddVersions(shelf, 3);
  ASSERT_TRUE(shelf.Update(KeepRequest(4)).ok());
  v1::RollbackDatasetRequest back;
  back.set_dataset("faq");
  back.set_version(2);
  ASSERT_EQ(shelf.Rollback(back)->version(), 5);
  EXPECT_EQ(GetDataset(*shelf.catalog(), VectorShelf(), "faq")->settings().keep_versions(), 4);
  EXPECT_EQ(Rows(*shelf.catalog(), "faq"), "e1=text 1 e2=text 2");
  EXPECT_EQ(Oldest(shelf), 2);
}

TEST(KeepVersions, ANegativeNumberIsRefused) {
  Shelf shelf;
  AddVersions(shelf, 1);
  EXPECT_EQ(ErrorReason(shelf.Update(KeepRequest(-1)).status()), "BAD_KEEP_VERSIONS");
  EXPECT_EQ(shelf.catalog()->revision, 1 + 1) << "the prompt and the first version";
  EXPECT_EQ(shelf.Update(KeepRequest(std::numeric_limits<int32_t>::max()))->version(), 2);
  EXPECT_EQ(Oldest(shelf), 1);
}

}  // namespace
}  // namespace attune
