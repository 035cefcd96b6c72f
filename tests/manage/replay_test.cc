#include <random>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

// Everything there is to see of a catalog, at every revision and version.
std::string Everything(const Catalog& catalog) {
  std::string text = StrCat("revision ", catalog.revision, "\n");
  for (const auto& [name, history] : catalog.prompts) {
    for (const auto& version : history->versions) {
      StrAppend(&text, GetPrompt(catalog, StrCat(name, "@", version->version))->ShortDebugString(), "\n");
    }
  }
  Page page{.size = 1000};
  StrAppend(&text, ListDatasets(catalog, page).DebugString());
  for (const auto& [name, history] : catalog.datasets) {
    for (int64_t version = 1; version <= history->dataset->latest(); ++version) {
      const std::string reference = StrCat(name, "@", version);
      StrAppend(&text, GetDataset(catalog, VectorShelf(), reference)->ShortDebugString(), " ", Rows(catalog, reference),
                "\n");
      v1::SearchExamplesRequest search;
      search.set_dataset(reference);
      search.set_query("how warm is the red box");
      StrAppend(&text, SearchByWords(catalog, search)->ShortDebugString(), "\n");
    }
  }
  const auto add_aliases = [&](const std::string& name, const auto& history, bool dataset) {
    for (const auto& [alias, states] : history.aliases) {
      v1::GetAliasHistoryRequest request;
      request.set_alias(alias);
      dataset ? request.set_dataset(name) : request.set_prompt(name);
      Page all{.size = 1000};
      StrAppend(&text, GetAliasHistory(catalog, request, all)->ShortDebugString(), "\n");
    }
  };
  for (const auto& [name, history] : catalog.prompts) add_aliases(name, *history, false);
  for (const auto& [name, history] : catalog.datasets) add_aliases(name, *history, true);
  return text;
}

// One random write; many are refused, some fail because the disk does.
void WriteSomething(Shelf& shelf, std::mt19937& random) {
  const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  static const std::vector<std::string> kWords = {"how", "warm", "is", "the", "red", "blue", "box", "soup"};
  const auto sentence = [&] {
    std::string text;
    for (int i = 0; i < 4; ++i) StrAppend(&text, i == 0 ? "" : " ", kWords[static_cast<size_t>(pick(8))]);
    return text;
  };
  shelf.clock.Advance(absl::Milliseconds(7));
  if (pick(10) == 0) shelf.store.FailWrites(DiskFull());
  const std::string dataset = pick(2) == 0 ? "default" : "set";
  switch (pick(6)) {
    case 0:
      (void)shelf.PutPrompt(PromptRequest(pick(2) == 0 ? "faq" : "default", sentence() + " {{input}}"));
      break;
    case 1: {
      v1::SetAliasRequest request = AliasRequest("faq", pick(2) == 0 ? "production" : "staging", pick(4));
      if (pick(2) == 0) request.set_dataset(dataset);
      (void)shelf.SetAlias(request);
      break;
    }
    case 2: {
      v1::RollbackDatasetRequest request;
      request.set_dataset(dataset);
      request.set_version(1 + pick(6));
      (void)shelf.Rollback(request);
      break;
    }
    default: {
      v1::UpdateDatasetRequest request;
      request.set_dataset(dataset);
      request.set_allow_missing(pick(2) == 0);
      for (int id = 0, count = pick(6); id < count; ++id) {
        if (pick(3) == 0) {
          request.add_mutations()->set_delete_id(StrCat(id));
        } else {
          AddUpsert(request, StrCat(id), sentence());
        }
      }
      (void)shelf.Update(request);
    }
  }
  shelf.store.Heal();
}

TEST(Replay, GivesTheLiveState) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Shelf shelf;
    for (int write = 0; write < 60; ++write) WriteSomething(shelf, random);
    const std::string live = Everything(*shelf.catalog());
    EXPECT_GT(shelf.catalog()->revision, 20);
    shelf.Restart();
    ASSERT_EQ(Everything(*shelf.catalog()), live) << "seed " << seed;
    // And goes on from there.
    for (int write = 0; write < 20; ++write) WriteSomething(shelf, random);
    const std::string later = Everything(*shelf.catalog());
    shelf.Restart();
    ASSERT_EQ(Everything(*shelf.catalog()), later) << "seed " << seed;
  }
}

TEST(Replay, OfALongHistoryCopiesNothing) {
  const auto store = NewMemoryStore();
  store::v1::Commit commit;
  commit.mutable_prompt()->set_name("faq");
  v1::Message* message = commit.mutable_prompt()->add_messages();
  message->set_role("user");
  std::vector<LogRecord> log;
  for (int64_t revision = 1; revision <= 20'000; ++revision) {
    message->set_content(StrCat("take ", revision));
    commit.mutable_prompt()->set_version(revision);
    log.push_back({revision, commit.SerializeAsString()});
  }
  ASSERT_TRUE(store->AppendCatalog(log).ok());
  FakeClock clock;
  SnapshotCell<Catalog> cell(EmptyCatalog());
  const auto writer = CatalogWriter::Open(*store, clock, cell, [](int64_t) {});
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_EQ(cell.Get()->prompts.at("faq")->versions.size(), 20'000u);
}

// Opens a log of the prompt `default` and then `payload`.
absl::Status OpenWith(const std::string& payload) {
  const auto store = NewMemoryStore();
  FakeClock clock;
  SnapshotCell<Catalog> cell(EmptyCatalog());
  EXPECT_TRUE(CatalogWriter::Open(*store, clock, cell, [](int64_t) {}).ok());
  EXPECT_TRUE(store->AppendCatalog({{2, payload}}).ok());
  const absl::Status status = CatalogWriter::Open(*store, clock, cell, [](int64_t) {}).status();
  EXPECT_EQ(cell.Get()->revision, 1);
  return status;
}

TEST(Replay, RefusesALogThatDoesNotFit) {
  store::v1::Commit gap, prompt_gap, stranger, newer;
  gap.mutable_dataset()->set_dataset("set");
  gap.mutable_dataset()->set_version(3);
  prompt_gap.mutable_prompt()->set_name("faq");
  prompt_gap.mutable_prompt()->set_version(2);
  prompt_gap.mutable_prompt()->add_messages()->set_role("user");
  prompt_gap.mutable_prompt()->mutable_messages(0)->set_content("hi");
  stranger.mutable_alias()->set_owner("nobody");
  for (const std::string& payload : {gap.SerializeAsString(), prompt_gap.SerializeAsString(),
                                     stranger.SerializeAsString(), newer.SerializeAsString(), std::string("garbage")}) {
    const absl::Status status = OpenWith(payload);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ErrorReason(status), "BAD_COMMIT");
    EXPECT_EQ(ErrorMetadata(status, "revision"), "2");
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("backup"));
  }
}

TEST(CatalogDraft, ARefusedCommitChangesNothing) {
  CatalogDraft draft(EmptyCatalog());
  store::v1::Commit commit;
  commit.mutable_prompt()->set_name("faq");
  commit.mutable_prompt()->set_version(2);
  commit.mutable_prompt()->add_messages()->set_role("user");
  commit.mutable_prompt()->mutable_messages(0)->set_content("hi");
  EXPECT_EQ(ErrorReason(draft.Apply(1, commit)), "BAD_COMMIT");
  EXPECT_TRUE(draft.catalog().prompts.empty());
  EXPECT_EQ(ErrorReason(draft.Apply(2, commit)), "BAD_COMMIT");
  EXPECT_EQ(draft.catalog().revision, 0);
}

TEST(CatalogDraft, LeavesPublishedSnapshotsAsTheyAre) {
  Shelf shelf;
  ASSERT_TRUE(shelf.PutPrompt(PromptRequest("faq")).ok());
  const CatalogPtr before = shelf.catalog();
  const std::string seen = Everything(*before);
  ASSERT_TRUE(shelf.PutPrompt(PromptRequest("faq", "again {{input}}")).ok());
  ASSERT_TRUE(shelf.SetAlias(AliasRequest("faq", "production", 1)).ok());
  ASSERT_TRUE(shelf.Update(UpsertRequest("default", "a", "hot")).ok());
  EXPECT_EQ(Everything(*before), seen);
}

}  // namespace
}  // namespace attune
