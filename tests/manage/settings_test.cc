// Settings of datasets: part of a version, durable, checked before anything changes.
#include <limits>
#include <optional>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

v1::UpdateDatasetRequest SettingsRequest(const std::string& model, int32_t dimensions = 0) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  request.mutable_settings()->mutable_embedding()->set_model(model);
  request.mutable_settings()->mutable_embedding()->set_dimensions(dimensions);
  return request;
}

// "model/dimensions" of a version; "-" if nothing was ever set.
std::string Settings(const Shelf& shelf, const std::string& reference) {
  const auto dataset = GetDataset(*shelf.catalog(), VectorShelf(), reference);
  if (!dataset->has_settings()) return "-";
  return StrCat(dataset->settings().embedding().model(), "/", dataset->settings().embedding().dimensions());
}

TEST(DatasetSettings, AChangeMakesAVersionAndEqualOnesDoNot) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("faq", "a", "hot")).ok());
  EXPECT_EQ(shelf.Update(SettingsRequest("builtin/hash-embedding", 64))->version(), 2);
  EXPECT_EQ(shelf.Update(SettingsRequest("builtin/hash-embedding", 64))->version(), 2);
  EXPECT_EQ(shelf.Update(UpsertRequest("faq", "b", "cold"))->version(), 3);
  EXPECT_EQ(shelf.Update(SettingsRequest(""))->version(), 4);
  EXPECT_EQ(Settings(shelf, "faq@1"), "-");
  EXPECT_EQ(Settings(shelf, "faq@2"), "builtin/hash-embedding/64");
  EXPECT_EQ(Settings(shelf, "faq@3"), "builtin/hash-embedding/64");
  EXPECT_EQ(Settings(shelf, "faq@4"), "/0");
  shelf.Restart();
  EXPECT_EQ(Settings(shelf, "faq@3"), "builtin/hash-embedding/64");
  EXPECT_EQ(Settings(shelf, "faq@latest"), "/0");
  Page page;
  const auto versions = ListDatasetVersions(*shelf.catalog(), "faq", page);
  EXPECT_EQ(versions->versions(1).settings().embedding().dimensions(), 64);
}

TEST(DatasetSettings, ComeWithExamplesAndMayBeTheFirstVersion) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = SettingsRequest("builtin/hash-embedding");
  AddUpsert(request, "a", "hot");
  EXPECT_EQ(shelf.Update(request)->version(), 1);
  EXPECT_EQ(Rows(*shelf.catalog(), "faq"), "a=hot");
  EXPECT_EQ(Settings(shelf, "faq"), "builtin/hash-embedding/0");
  request.mutable_settings()->clear_embedding();
  request.clear_mutations();
  EXPECT_EQ(shelf.Update(request)->version(), 1) << "what is not set stays";
}

TEST(DatasetSettings, AnAliasIsResolvedOnce) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(SettingsRequest("team/small")).ok());
  EXPECT_EQ(Settings(shelf, "faq"), "builtin/hash-embedding/0");
}

TEST(DatasetSettings, BelongToTheRequestIdAndToARollback) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = SettingsRequest("builtin/hash-embedding");
  request.set_request_id("once");
  ASSERT_TRUE(shelf.Update(UpsertRequest("faq", "a", "hot")).ok());
  EXPECT_EQ(shelf.Update(request)->version(), 2);
  EXPECT_EQ(shelf.Update(request)->version(), 2);
  request.mutable_settings()->mutable_embedding()->set_dimensions(3);
  EXPECT_EQ(ErrorReason(shelf.Update(request).status()), "REQUEST_ID_REUSED");
  v1::RollbackDatasetRequest rollback;
  rollback.set_dataset("faq");
  rollback.set_version(1);
  EXPECT_EQ(shelf.Rollback(rollback)->version(), 3);
  EXPECT_EQ(Settings(shelf, "faq"), "/0");
  rollback.set_version(2);
  EXPECT_EQ(shelf.Rollback(rollback)->version(), 4);
  EXPECT_EQ(Settings(shelf, "faq"), "builtin/hash-embedding/0");
}

v1::UpdateDatasetRequest LexicalRequest(std::optional<double> k1, std::optional<double> b) {
  v1::UpdateDatasetRequest request;
  request.set_dataset("faq");
  v1::LexicalSettings& lexical = *request.mutable_settings()->mutable_lexical();
  if (k1.has_value()) lexical.set_k1(*k1);
  if (b.has_value()) lexical.set_b(*b);
  return request;
}

// "k1/b" of a version.
std::string Lexical(const Shelf& shelf, const std::string& reference) {
  const auto dataset = GetDataset(*shelf.catalog(), VectorShelf(), reference);
  if (!dataset->settings().has_lexical()) return "-";
  return StrCat(dataset->settings().lexical().k1(), "/", dataset->settings().lexical().b());
}

// Ids, best first.
std::string Found(const Shelf& shelf, const std::string& reference, const std::string& query) {
  v1::SearchExamplesRequest request;
  request.set_dataset(reference);
  request.set_query(query);
  std::string ids;
  const auto found = SearchByWords(*shelf.catalog(), request);
  for (const v1::ScoredExample& example : found->examples()) StrAppend(&ids, example.example().id(), " ");
  return ids;
}

TEST(DatasetSettings, AChangeOfTheLengthsWeightRanksAnewFromItsVersionOn) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("faq", "short", "card fees");
  AddUpsert(request, "long", "card card card and much else about opening hours, branches, loans and savings accounts");
  ASSERT_TRUE(shelf.Update(request).ok());
  EXPECT_EQ(shelf.Update(LexicalRequest(std::nullopt, 0))->version(), 2);
  EXPECT_EQ(shelf.Update(LexicalRequest(std::nullopt, 0))->version(), 2) << "equal ones change nothing";
  EXPECT_EQ(shelf.Update(LexicalRequest(1.2, std::nullopt))->version(), 3);
  EXPECT_EQ(shelf.Update(SettingsRequest("builtin/hash-embedding"))->version(), 4) << "others stay";
  v1::RollbackDatasetRequest rollback;
  rollback.set_dataset("faq");
  rollback.set_version(1);
  EXPECT_EQ(shelf.Rollback(rollback)->version(), 5);
  for (int restarts = 0; restarts < 2; ++restarts, shelf.Restart()) {
    EXPECT_EQ(Lexical(shelf, "faq@1"), "-");
    EXPECT_EQ(Lexical(shelf, "faq@2"), "2.5/0");
    EXPECT_EQ(Lexical(shelf, "faq@4"), "1.2/0");
    EXPECT_EQ(Lexical(shelf, "faq@5"), "2.5/0.8");
    EXPECT_EQ(Found(shelf, "faq@1", "card"), "short long ");
    EXPECT_EQ(Found(shelf, "faq@2", "card"), "long short ");
    EXPECT_EQ(Found(shelf, "faq@4", "card"), "long short ");
    EXPECT_EQ(Found(shelf, "faq@latest", "card"), "short long ");
  }
}

TEST(DatasetSettings, ABadWeightIsRefusedWithItsFieldAndChangesNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const struct {
    std::optional<double> k1, b;
    std::string reason, field;
  } kBad[] = {
      {0, {}, "BAD_K1", "settings.lexical.k1"},        {-1.5, 0.5, "BAD_K1", "settings.lexical.k1"},
      {100.5, {}, "BAD_K1", "settings.lexical.k1"},    {nan, {}, "BAD_K1", "settings.lexical.k1"},
      {infinity, {}, "BAD_K1", "settings.lexical.k1"}, {{}, -0.01, "BAD_B", "settings.lexical.b"},
      {2, 1.01, "BAD_B", "settings.lexical.b"},        {{}, nan, "BAD_B", "settings.lexical.b"},
  };
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("faq", "a", "hot")).ok());
  const int64_t before = shelf.catalog()->revision;
  for (const auto& bad : kBad) {
    v1::UpdateDatasetRequest request = LexicalRequest(bad.k1, bad.b);
    AddUpsert(request, "b", "cold");
    const absl::Status status = shelf.Update(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ErrorReason(status), bad.reason);
    const auto details = status.GetPayload(AbslView(kBadRequestUrl));
    ASSERT_TRUE(details.has_value());
    EXPECT_THAT(std::string(*details), testing::HasSubstr(bad.field));
  }
  EXPECT_EQ(shelf.catalog()->revision, before);
  EXPECT_EQ(Rows(*shelf.catalog(), "faq"), "a=hot");
  EXPECT_EQ(Lexical(shelf, "faq"), "-");
}

TEST(DatasetSettings, ABadOneIsRefusedWithItsFieldAndChangesNothing) {
  const struct {
    std::string model;
    int32_t dimensions;
    std::string reason, field;
  } kBad[] = {
      {"no-slash", 0, "BAD_MODEL", "settings.embedding.model"},
      {"nobody/m", 0, "PROVIDER_NOT_FOUND", "settings.embedding.model"},
      {"mute/m", 0, "MODEL_CANNOT_EMBED", "settings.embedding.model"},
      {"builtin/nearest", 0, "MODEL_NOT_FOUND", "settings.embedding.model"},
      {"builtin/" + std::string(300, 'm'), 0, "TOO_LARGE", "settings.embedding.model"},
      {"builtin/hash-embedding", -1, "BAD_DIMENSIONS", "settings.embedding.dimensions"},
      {"builtin/hash-embedding", 16'385, "BAD_DIMENSIONS", "settings.embedding.dimensions"},
  };
  Shelf shelf;
  const int64_t before = shelf.catalog()->revision;
  for (const auto& bad : kBad) {
    const absl::Status status = shelf.Update(SettingsRequest(bad.model, bad.dimensions)).status();
    EXPECT_EQ(ErrorReason(status), bad.reason) << bad.model;
    const auto details = status.GetPayload(AbslView(kBadRequestUrl));
    ASSERT_TRUE(details.has_value()) << bad.model;
    EXPECT_THAT(std::string(*details), testing::HasSubstr(bad.field));
  }
  EXPECT_EQ(shelf.catalog()->revision, before);
}

}  // namespace
}  // namespace attune
