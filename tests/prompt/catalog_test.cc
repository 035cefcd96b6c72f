#include "prompt/catalog.h"

#include "base/error.h"
#include "tests/prompt/prompt_parts.h"

namespace attune {
namespace {

AliasState Points(int64_t version, int64_t revision) {
  AliasState state;
  state.version = version;
  state.revision = revision;
  return state;
}

DatasetPtr DatasetOf(const std::vector<int64_t>& revisions) {
  DatasetPtr dataset = Dataset::Empty("faq");
  for (const int64_t revision : revisions) {
    Example example;
    example.id = StrCat("e", revision);
    DatasetVersion version;
    version.version = dataset->latest() + 1;
    version.revision = revision;
    dataset = *Dataset::Apply(dataset, {.upserts = {std::make_shared<const Example>(example)}}, version);
  }
  return dataset;
}

// Prompt `faq`: versions 1, 2, 3 at revisions 2, 4, 8; `production` came at 5, moved at 9; `old` came at 3, went at 6.
// Dataset `faq`: versions 1, 2 at revisions 3, 7; `gold` came at 4.
Catalog MakeCatalog() {
  PromptHistory prompt;
  for (const int64_t revision : {2, 4, 8}) {
    PromptVersion version;
    version.version = static_cast<int64_t>(prompt.versions.size()) + 1;
    version.revision = revision;
    prompt.versions.push_back(std::make_shared<const PromptVersion>(version));
  }
  prompt.aliases["production"] = {Points(1, 5), Points(2, 9)};
  prompt.aliases["old"] = {Points(1, 3), Points(0, 6)};
  AliasState split = Points(1, 5);
  split.canary_version = 3;
  split.canary_share = 0.25;
  prompt.aliases["split"] = {split};
  Catalog catalog;
  catalog.revision = 9;
  catalog.prompts["faq"] = std::make_shared<const PromptHistory>(prompt);
  catalog.datasets["faq"] =
      std::make_shared<const DatasetHistory>(DatasetHistory{DatasetOf({3, 7}), {{"gold", {Points(1, 4)}}}});
  catalog.datasets["default"] = std::make_shared<const DatasetHistory>(DatasetHistory{DatasetOf({}), {}});
  return catalog;
}

struct ReferenceCase {
  const char* reference;
  int64_t at_revision;
  int64_t version;
  const char* reason;  // "": found
};

TEST(ResolvePrompt, ByVersionAliasAndRevision) {
  const Catalog catalog = MakeCatalog();
  const ReferenceCase cases[] = {
      {"faq", 0, 2, ""},
      {"faq", 9, 2, ""},
      {"faq", 8, 1, ""},
      {"faq", 5, 1, ""},
      {"faq", 4, 2, ""},
      {"faq", 3, 1, ""},
      {"faq", 1, 0, "PROMPT_NOT_FOUND"},
      {"faq@latest", 0, 3, ""},
      {"faq@latest", 7, 2, ""},
      {"faq@production", 0, 2, ""},
      {"faq@production", 4, 0, "ALIAS_NOT_FOUND"},
      {"faq@old", 5, 1, ""},
      {"faq@old", 6, 0, "ALIAS_NOT_FOUND"},
      {"faq@old", 0, 0, "ALIAS_NOT_FOUND"},
      {"faq@1", 0, 1, ""},
      {"faq@3", 8, 3, ""},
      {"faq@3", 7, 0, "VERSION_NOT_FOUND"},
      {"faq@4", 0, 0, "VERSION_NOT_FOUND"},
      {"faq@stage", 0, 0, "ALIAS_NOT_FOUND"},
      {"fax", 0, 0, "PROMPT_NOT_FOUND"},
      {"", 0, 0, "PROMPT_NOT_FOUND"},
      {"FAQ", 0, 0, "BAD_NAME"},
      {"faq@0", 0, 0, "BAD_VERSION"},
  };
  for (const ReferenceCase& test : cases) {
    const auto resolved = ResolvePrompt(catalog, test.reference, test.at_revision, "");
    EXPECT_EQ(ErrorReason(resolved.status()), test.reason) << test.reference << " at " << test.at_revision;
    EXPECT_EQ(resolved.ok() ? resolved->version->version : 0, test.version)
        << test.reference << " at " << test.at_revision;
  }
  EXPECT_EQ(ErrorMetadata(ResolvePrompt(catalog, "fax", 0, "").status(), "nearest"), "faq");
  EXPECT_EQ(ErrorMetadata(ResolvePrompt(catalog, "faq@4", 0, "").status(), "latest_version"), "3");
}

TEST(ResolveDataset, ByVersionAliasAndRevision) {
  const Catalog catalog = MakeCatalog();
  const ReferenceCase cases[] = {
      {"faq", 0, 2, ""},
      {"faq", 6, 1, ""},
      {"faq", 2, 0, "DATASET_NOT_FOUND"},
      {"faq@latest", 0, 2, ""},
      {"faq@gold", 0, 1, ""},
      {"faq@gold", 3, 0, "ALIAS_NOT_FOUND"},
      {"faq@1", 0, 1, ""},
      {"faq@2", 6, 0, "VERSION_NOT_FOUND"},
      {"", 0, 0, ""},
      {"default", 1, 0, ""},
      {"fax", 0, 0, "DATASET_NOT_FOUND"},
  };
  for (const ReferenceCase& test : cases) {
    const auto resolved = ResolveDataset(catalog, test.reference, test.at_revision, "");
    EXPECT_EQ(ErrorReason(resolved.status()), test.reason) << test.reference << " at " << test.at_revision;
    EXPECT_EQ(resolved.ok() ? resolved->view.version() : 0, test.version)
        << test.reference << " at " << test.at_revision;
  }
  EXPECT_EQ(ResolveDataset(catalog, "", 0, "")->name, "default");
}

TEST(ResolvePrompt, AWeightedAliasSplitsByTheKeyAndStaysByIt) {
  const Catalog catalog = MakeCatalog();
  int canaries = 0;
  for (int user = 0; user < 4'000; ++user) {
    const std::string key = StrCat("user", user);
    const int64_t version = ResolvePrompt(catalog, "faq@split", 0, key)->version->version;
    EXPECT_EQ(ResolvePrompt(catalog, "faq@split", 0, key)->version->version, version);
    canaries += version == 3 ? 1 : 0;
  }
  EXPECT_NEAR(canaries, 1'000, 100);
}

TEST(InShare, GrowsOneWayAndIndependentlyOfOtherSalts) {
  int both = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string key = StrCat("key", i);
    EXPECT_FALSE(InShare(key, "s", 0));
    EXPECT_TRUE(InShare(key, "s", 1));
    bool before = false;
    for (const double share : {0.1, 0.2, 0.5, 0.9}) {
      EXPECT_TRUE(!before || InShare(key, "s", share)) << key;
      before = InShare(key, "s", share);
    }
    both += InShare(key, "s", 0.5) && InShare(key, "t", 0.5) ? 1 : 0;
  }
  EXPECT_NEAR(both, 1'000, 100);
}

TEST(Catalog, AliasAtTellsTheStateOfItsTime) {
  const Aliases aliases = {{"a", {Points(1, 3), Points(0, 5), Points(2, 7)}}};
  const std::pair<int64_t, int64_t> cases[] = {{2, -1}, {3, 1}, {4, 1}, {5, -1}, {6, -1}, {7, 2}, {100, 2}, {0, 2}};
  for (const auto& [revision, version] : cases) {
    const AliasState* state = AliasAt(aliases, "a", revision);
    EXPECT_EQ(state == nullptr ? -1 : state->version, version) << revision;
  }
  EXPECT_EQ(AliasAt(aliases, "b", 0), nullptr);
}

TEST(Catalog, ListsItsNamesInOrder) {
  EXPECT_EQ(PromptNames(MakeCatalog()), std::vector<std::string>({"faq"}));
  EXPECT_EQ(DatasetNames(MakeCatalog()), std::vector<std::string>({"default", "faq"}));
}

}  // namespace
}  // namespace attune
