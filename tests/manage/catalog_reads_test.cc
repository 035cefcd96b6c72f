#include "tests/manage/shelf.h"

namespace attune {
namespace {

template <typename Entries, typename Text>
std::vector<std::string> Texts(const Entries& entries, Text text) {
  std::vector<std::string> texts;
  for (const auto& entry : entries) texts.push_back(text(entry));
  return texts;
}

// Reads all pages of a list; `read(page)` returns the texts of one page. Every page but the last is full.
template <typename Read>
std::string AllPages(int32_t size, Read read) {
  std::string text;
  Page page{.size = size};
  do {
    page.from = page.next;
    page.next = 0;
    const std::vector<std::string> entries = read(page);
    EXPECT_LE(entries.size(), static_cast<size_t>(size));
    if (page.next != 0) {
      EXPECT_EQ(entries.size(), static_cast<size_t>(size));
    }
    for (const std::string& entry : entries) StrAppend(&text, text.empty() ? "" : " ", entry);
  } while (page.next != 0);
  return text;
}

TEST(CatalogReads, ListsGoPageByPage) {
  Shelf shelf;
  for (const char* name : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(shelf.PutPrompt(PromptRequest(name)).ok());
    ASSERT_TRUE(shelf.Update(UpsertRequest(name, "x", "hot")).ok());
  }
  for (int version = 2; version <= 5; ++version) {
    ASSERT_TRUE(shelf.PutPrompt(PromptRequest("a", StrCat(version, " {{input}}"))).ok());
    ASSERT_TRUE(shelf.Update(UpsertRequest("a", StrCat("x", version), "hot")).ok());
    ASSERT_TRUE(shelf.SetAlias(AliasRequest("a", "production", version)).ok());
  }
  const CatalogPtr catalog = shelf.catalog();
  v1::GetAliasHistoryRequest alias;
  alias.set_prompt("a");
  alias.set_alias("production");
  v1::DiffDatasetRequest diff;
  diff.set_dataset("a");
  diff.set_from_version(2);
  const auto name = [](const auto& entry) { return entry.name(); };
  const auto version = [](const auto& entry) { return StrCat(entry.version()); };
  for (const int32_t size : {1, 2, 3, 5, 100}) {
    EXPECT_EQ(AllPages(size, [&](Page& page) { return Texts(ListPrompts(*catalog, page).prompts(), name); }),
              "a b c d default");
    EXPECT_EQ(AllPages(size, [&](Page& page) { return Texts(ListDatasets(*catalog, page).datasets(), name); }),
              "a b c d default");
    EXPECT_EQ(
        AllPages(size, [&](Page& page) { return Texts(ListPromptVersions(*catalog, "a", page)->prompts(), version); }),
        "5 4 3 2 1");
    EXPECT_EQ(
        AllPages(size,
                 [&](Page& page) { return Texts(ListDatasetVersions(*catalog, "a", page)->versions(), version); }),
        "5 4 3 2 1");
    EXPECT_EQ(
        AllPages(size, [&](Page& page) { return Texts(GetAliasHistory(*catalog, alias, page)->history(), version); }),
        "5 4 3 2");
    EXPECT_EQ(AllPages(size,
                       [&](Page& page) {
                         return Texts(ListExamples(*catalog, "a", std::nullopt, page)->examples(),
                                      [](const v1::Example& example) { return example.id(); });
                       }),
              "x x2 x3 x4 x5");
    EXPECT_EQ(AllPages(size,
                       [&](Page& page) {
                         return Texts(DiffDataset(*catalog, diff, page)->changes(),
                                      [](const v1::ExampleChange& change) { return change.after().id(); });
                       }),
              "x3 x4 x5");
  }
}

TEST(CatalogReads, APagePastTheEndIsEmpty) {
  Shelf shelf;
  for (const int64_t from : {int64_t{100}, int64_t{1} << 53}) {
    Page page{.from = from, .size = 1000};
    EXPECT_EQ(ListPrompts(*shelf.catalog(), page).prompts_size(), 0);
    EXPECT_EQ(ListDatasets(*shelf.catalog(), page).datasets_size(), 0);
    EXPECT_EQ(ListPromptVersions(*shelf.catalog(), "default", page)->prompts_size(), 0);
    EXPECT_EQ(ListDatasetVersions(*shelf.catalog(), "default", page)->versions_size(), 0);
    EXPECT_EQ(ListExamples(*shelf.catalog(), "default", std::nullopt, page)->examples_size(), 0);
    EXPECT_EQ(page.next, 0);
  }
}

TEST(CatalogReads, LargeEntriesMakeShortPages) {
  Shelf shelf;
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(shelf.Update(UpsertRequest("set", id, std::string(1'000'000, 'x'), std::string(1'000'000, 'y'))).ok());
  }
  Page page{.size = 1000};
  EXPECT_EQ(ListExamples(*shelf.catalog(), "set", std::nullopt, page)->examples_size(), 2);
  EXPECT_EQ(page.next, 2);
  v1::DiffDatasetRequest request;
  request.set_dataset("set");
  page = {.size = 1000};
  EXPECT_EQ(DiffDataset(*shelf.catalog(), request, page)->changes_size(), 2);
  EXPECT_EQ(page.next, 2);
}

TEST(CatalogReads, SplitsAreFiltered) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "train", "red box");
  AddUpsert(request, "test", "red box");
  request.mutable_mutations(1)->mutable_upsert()->set_split(v1::TEST);
  ASSERT_TRUE(shelf.Update(request).ok());
  Page page{.size = 10};
  EXPECT_EQ(ListExamples(*shelf.catalog(), "set", Split::kTest, page)->examples(0).id(), "test");
  v1::SearchExamplesRequest search;
  search.set_dataset("set");
  search.set_query("red box");
  EXPECT_EQ(SearchByWords(*shelf.catalog(), search)->examples_size(), 2);
  EXPECT_TRUE(SearchByWords(*shelf.catalog(), search)->examples(0).words().empty());
  search.set_explain(true);
  const auto explained = SearchByWords(*shelf.catalog(), search);
  ASSERT_EQ(explained->examples(0).words_size(), 2);
  EXPECT_NEAR(explained->examples(0).words(0).share() + explained->examples(0).words(1).share(), 1, 1e-9);
  search.set_split(v1::TEST);
  const auto found = SearchByWords(*shelf.catalog(), search);
  ASSERT_EQ(found->examples_size(), 1);
  EXPECT_EQ(found->examples(0).example().id(), "test");
  EXPECT_EQ(ErrorReason(SplitFilter(static_cast<v1::Split>(9)).status()), "BAD_PARAMETER");
}

TEST(CatalogReads, WhatIsNotThereIsSaidWithTheNearestNames) {
  Shelf shelf;
  ASSERT_TRUE(shelf.PutPrompt(PromptRequest("faq")).ok());
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  ASSERT_TRUE(shelf.SetAlias(AliasRequest("faq", "production", 1)).ok());
  const Catalog& catalog = *shelf.catalog();
  Page page{.size = 10};
  EXPECT_EQ(ErrorReason(GetPrompt(catalog, "fax").status()), "PROMPT_NOT_FOUND");
  EXPECT_THAT(std::string(GetPrompt(catalog, "fax").status().message()), testing::HasSubstr("faq"));
  EXPECT_EQ(ErrorReason(GetPrompt(catalog, "faq@9").status()), "VERSION_NOT_FOUND");
  EXPECT_EQ(ErrorReason(GetPrompt(catalog, "faq@beta").status()), "ALIAS_NOT_FOUND");
  EXPECT_EQ(ErrorReason(ListPromptVersions(catalog, "fax", page).status()), "PROMPT_NOT_FOUND");
  EXPECT_EQ(ErrorReason(ListPromptVersions(catalog, "faq@1", page).status()), "BAD_NAME");
  EXPECT_EQ(ErrorReason(GetDataset(catalog, VectorShelf(), "sett").status()), "DATASET_NOT_FOUND");
  EXPECT_EQ(ErrorReason(ListDatasetVersions(catalog, "sett", page).status()), "DATASET_NOT_FOUND");
  EXPECT_EQ(ErrorReason(ListExamples(catalog, "set@2", std::nullopt, page).status()), "VERSION_NOT_FOUND");
  v1::GetAliasHistoryRequest history;
  EXPECT_EQ(ErrorReason(GetAliasHistory(catalog, history, page).status()), "BAD_NAME");
  history.set_prompt("faq");
  history.set_alias("staging");
  EXPECT_EQ(ErrorReason(GetAliasHistory(catalog, history, page).status()), "ALIAS_NOT_FOUND");
  history.set_dataset("set@1");
  EXPECT_EQ(ErrorReason(GetAliasHistory(catalog, history, page).status()), "BAD_NAME");
  history.set_dataset("sett");
  EXPECT_EQ(ErrorReason(GetAliasHistory(catalog, history, page).status()), "DATASET_NOT_FOUND");
  v1::DiffDatasetRequest diff;
  diff.set_dataset("set");
  diff.set_from_version(-1);
  EXPECT_EQ(ErrorReason(DiffDataset(catalog, diff, page).status()), "BAD_VERSION");
  diff.set_from_version(0);
  diff.set_to_version(2);
  EXPECT_EQ(ErrorReason(DiffDataset(catalog, diff, page).status()), "VERSION_NOT_FOUND");
  v1::SearchExamplesRequest search;
  search.set_dataset("set");
  EXPECT_EQ(ErrorReason(SearchByWords(catalog, search).status()), "MISSING_INPUT");
  search.set_query("hot");
  search.set_limit(-1);
  EXPECT_EQ(ErrorReason(SearchByWords(catalog, search).status()), "BAD_PARAMETER");
}

TEST(CatalogReads, ADiffTellsAddedUpdatedAndDeleted) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  AddUpsert(request, "b", "cold");
  ASSERT_TRUE(shelf.Update(request).ok());
  request = UpsertRequest("set", "a", "hotter");
  AddUpsert(request, "c", "new");
  request.add_mutations()->set_delete_id("b");
  ASSERT_TRUE(shelf.Update(request).ok());
  v1::DiffDatasetRequest diff;
  diff.set_dataset("set");
  diff.set_from_version(1);
  Page page{.size = 10};
  const auto difference = DiffDataset(*shelf.catalog(), diff, page);
  ASSERT_TRUE(difference.ok()) << difference.status();
  EXPECT_EQ(difference->added(), 1);
  EXPECT_EQ(difference->updated(), 1);
  EXPECT_EQ(difference->deleted(), 1);
  EXPECT_EQ(difference->changes_size(), 3);
}

}  // namespace
}  // namespace attune
