#include <limits>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

// A shelf with three versions of the prompt `faq` and two of the dataset `set`.
std::unique_ptr<Shelf> FilledShelf() {
  auto shelf = std::make_unique<Shelf>();
  for (const char* text : {"one {{input}}", "two {{input}}", "three {{input}}"}) {
    EXPECT_TRUE(shelf->PutPrompt(PromptRequest("faq", text)).ok());
  }
  for (const char* input : {"hot", "cold"}) EXPECT_TRUE(shelf->Update(UpsertRequest("set", "a", input)).ok());
  return shelf;
}

int64_t Resolved(const Shelf& shelf, const std::string& reference, int64_t at_revision = 0,
                 const std::string& user = "") {
  const auto resolved = ResolvePrompt(*shelf.catalog(), reference, at_revision, user);
  return resolved.ok() ? resolved->version->version : -1;
}

TEST(SetAlias, MovesAndKeepsItsHistory) {
  const auto shelf = FilledShelf();
  EXPECT_EQ(Resolved(*shelf, "faq"), 3);
  const int64_t before = shelf->catalog()->revision;
  const auto first = shelf->SetAlias(AliasRequest("faq", "production", 1));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->alias().version(), 1);
  EXPECT_EQ(first->revision(), before + 1);
  EXPECT_EQ(Resolved(*shelf, "faq"), 1);
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "production", 2)).ok());
  EXPECT_EQ(Resolved(*shelf, "faq@production"), 2);
  EXPECT_EQ(Resolved(*shelf, "faq@production", before + 1), 1);
  EXPECT_EQ(Resolved(*shelf, "faq", before), 3);
  Page page{.size = 10};
  v1::GetAliasHistoryRequest request;
  request.set_prompt("faq");
  request.set_alias("production");
  const auto history = GetAliasHistory(*shelf->catalog(), request, page);
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->history_size(), 2);
  EXPECT_EQ(history->history(0).version(), 2);
  EXPECT_EQ(history->history(1).version(), 1);
}

TEST(SetAlias, ComparesAndSwaps) {
  const auto shelf = FilledShelf();
  v1::SetAliasRequest request = AliasRequest("faq", "production", 2);
  request.set_expected(1);
  EXPECT_EQ(ErrorReason(shelf->SetAlias(request).status()), "ALIAS_MISMATCH");
  request.set_expected(0);
  ASSERT_TRUE(shelf->SetAlias(request).ok());
  const absl::Status taken = shelf->SetAlias(request).status();
  EXPECT_EQ(taken.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ErrorMetadata(taken, "current_version"), "2");
}

TEST(SetAlias, TheSameAgainChangesNothing) {
  const auto shelf = FilledShelf();
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "production", 2)).ok());
  const int64_t before = shelf->catalog()->revision;
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "production", 2)).ok());
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "absent", 0)).ok());
  EXPECT_EQ(shelf->catalog()->revision, before);
}

TEST(SetAlias, SplitsUsersAndKeepsThemOnTheirSide) {
  const auto shelf = FilledShelf();
  v1::SetAliasRequest request = AliasRequest("faq", "production", 1);
  request.set_canary_version(3);
  std::vector<int64_t> sides(1000, 1);
  for (const double share : {0.0, 0.2, 0.5, 1.0}) {
    request.set_canary_share(share);
    ASSERT_TRUE(shelf->SetAlias(request).ok());
    int canaries = 0;
    for (size_t user = 0; user < sides.size(); ++user) {
      const int64_t side = Resolved(*shelf, "faq", 0, StrCat("user", user));
      EXPECT_TRUE(side >= sides[user]) << "a growing share moved user " << user << " back";
      sides[user] = side;
      canaries += side == 3 ? 1 : 0;
    }
    EXPECT_NEAR(canaries, 1000 * share, 60);
  }
}

TEST(SetAlias, IsRemovedByVersionZero) {
  const auto shelf = FilledShelf();
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "staging", 1)).ok());
  const int64_t then = shelf->catalog()->revision;
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "staging", 0)).ok());
  EXPECT_EQ(Resolved(*shelf, "faq@staging"), -1);
  EXPECT_EQ(Resolved(*shelf, "faq@staging", then), 1);
}

TEST(SetAlias, NamesDatasetVersionsAsWell) {
  const auto shelf = FilledShelf();
  v1::SetAliasRequest request = AliasRequest("", "production", 1);
  request.set_dataset("set");
  ASSERT_TRUE(shelf->SetAlias(request).ok());
  EXPECT_EQ(Rows(*shelf->catalog(), "set"), "a=hot");
  EXPECT_EQ(Rows(*shelf->catalog(), "set@latest"), "a=cold");
}

TEST(SetAlias, RefusesWhatCannotBeRight) {
  struct Case {
    std::string reason;
    std::function<void(v1::SetAliasRequest&)> spoil;
  };
  const std::vector<Case> cases = {
      {"BAD_NAME", [](auto& request) { request.clear_target(); }},
      {"BAD_NAME", [](auto& request) { request.set_alias(""); }},
      {"BAD_NAME", [](auto& request) { request.set_alias("12"); }},
      {"RESERVED_ALIAS", [](auto& request) { request.set_alias("latest"); }},
      {"PROMPT_NOT_FOUND", [](auto& request) { request.set_prompt("fax"); }},
      {"DATASET_NOT_FOUND", [](auto& request) { request.set_dataset("sets"); }},
      {"VERSION_NOT_FOUND", [](auto& request) { request.set_version(4); }},
      {"VERSION_NOT_FOUND", [](auto& request) { request.set_canary_version(4); }},
      {"BAD_VERSION", [](auto& request) { request.set_version(-1); }},
      {"BAD_VERSION", [](auto& request) { request.set_canary_version(-1); }},
      {"BAD_VERSION", [](auto& request) { request.set_canary_share(0.5); }},
      {"BAD_VERSION",
       [](auto& request) {
         request.set_version(0);
         request.set_canary_version(1);
       }},
      {"BAD_WEIGHT", [](auto& request) { request.set_canary_share(1.5); }},
      {"BAD_WEIGHT", [](auto& request) { request.set_canary_share(-0.1); }},
      {"BAD_WEIGHT", [](auto& request) { request.set_canary_share(std::numeric_limits<double>::quiet_NaN()); }},
      {"TOO_LARGE", [](auto& request) { request.set_description(std::string(5000, 'x')); }},
  };
  const auto shelf = FilledShelf();
  const int64_t before = shelf->catalog()->revision;
  for (const Case& bad : cases) {
    v1::SetAliasRequest request = AliasRequest("faq", "production", 1);
    bad.spoil(request);
    EXPECT_EQ(ErrorReason(shelf->SetAlias(request).status()), bad.reason);
  }
  EXPECT_EQ(shelf->catalog()->revision, before);
}

TEST(SetAlias, ARetryGetsTheFirstAnswer) {
  const auto shelf = FilledShelf();
  v1::SetAliasRequest request = AliasRequest("faq", "production", 1);
  request.set_request_id("move");
  request.set_expected(0);
  const auto first = shelf->SetAlias(request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(shelf->SetAlias(AliasRequest("faq", "production", 2)).ok());
  const auto again = shelf->SetAlias(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Resolved(*shelf, "faq"), 2);
}

}  // namespace
}  // namespace attune
