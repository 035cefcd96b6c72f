#include <limits>

#include "tests/manage/shelf.h"

namespace attune {
namespace {

TEST(UpdateDataset, TheFirstUpdateMakesTheDataset) {
  Shelf shelf;
  const auto update = shelf.Update(UpsertRequest("set", "a", "hot"));
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->version(), 1);
  EXPECT_EQ(update->revision(), 2);
  EXPECT_EQ(update->added(), 1);
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=hot");
  EXPECT_EQ(shelf.published, 2);
}

TEST(UpdateDataset, AnEmptyNameMeansDefault) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("", "a", "hot")).ok());
  EXPECT_EQ(Rows(*shelf.catalog(), "default"), "a=hot");
}

TEST(UpdateDataset, CountsWhatItDid) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  AddUpsert(request, "b", "cold");
  AddUpsert(request, "c", "mild");
  ASSERT_TRUE(shelf.Update(request).ok());
  request = UpsertRequest("set", "a", "hotter");
  AddUpsert(request, "b", "cold");
  AddUpsert(request, "d", "new");
  request.add_mutations()->set_delete_id("c");
  const auto update = shelf.Update(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->updated(), 1);
  EXPECT_EQ(update->unchanged(), 1);
  EXPECT_EQ(update->added(), 1);
  EXPECT_EQ(update->deleted(), 1);
  EXPECT_EQ(update->version(), 2);
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "b=cold a=hotter d=new");
  EXPECT_EQ(Rows(*shelf.catalog(), "set@1"), "a=hot b=cold c=mild");
}

TEST(UpdateDataset, AnExampleWithoutIdGetsOneFromItsContent) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "", "hot")).ok());
  const auto again = shelf.Update(UpsertRequest("set", "", "hot"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->unchanged(), 1);
  EXPECT_EQ(again->version(), 1);
}

TEST(UpdateDataset, NoChangeMakesNoVersion) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  v1::UpdateDatasetRequest missing = DeleteRequest("set", "nobody");
  missing.set_allow_missing(true);
  v1::UpdateDatasetRequest empty;
  empty.set_dataset("set");
  for (const auto& request : {UpsertRequest("set", "a", "hot"), missing, empty}) {
    const auto update = shelf.Update(request);
    ASSERT_TRUE(update.ok()) << update.status();
    EXPECT_EQ(update->version(), 1);
    EXPECT_EQ(update->revision(), 2);
    EXPECT_EQ(update->unchanged(), request.mutations_size());
  }
  EXPECT_EQ(shelf.catalog()->revision, 2);
}

TEST(UpdateDataset, IsAllOrNothing) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  v1::UpdateDatasetRequest request = UpsertRequest("set", "b", "cold");
  request.add_mutations()->set_delete_id("nobody");
  const absl::Status status = shelf.Update(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorReason(status), "EXAMPLE_NOT_FOUND");
  EXPECT_EQ(ErrorMetadata(status, "example"), "nobody");
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=hot");
  EXPECT_EQ(shelf.catalog()->revision, 2);
}

TEST(UpdateDataset, ExpectedVersionIsCompared) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  request.set_expected_version(0);
  ASSERT_TRUE(shelf.Update(request).ok());
  request = UpsertRequest("set", "a", "cold");
  request.set_expected_version(0);
  const absl::Status status = shelf.Update(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ErrorReason(status), "VERSION_MISMATCH");
  EXPECT_EQ(ErrorMetadata(status, "current_version"), "1");
  request.set_expected_version(1);
  EXPECT_TRUE(shelf.Update(request).ok());
}

TEST(UpdateDataset, ValidateOnlyTellsWhatWouldHappen) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  request.set_validate_only(true);
  const auto update = shelf.Update(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->version(), 1);
  EXPECT_EQ(update->added(), 1);
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "DATASET_NOT_FOUND");
  request = DeleteRequest("set", "a");
  request.set_validate_only(true);
  EXPECT_EQ(ErrorReason(shelf.Update(request).status()), "EXAMPLE_NOT_FOUND");
}

TEST(UpdateDataset, ARetryAppliesOnceAlsoAfterARestart) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  request.set_request_id("r1");
  const auto first = shelf.Update(request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "cold")).ok());
  for (int round = 0; round < 2; ++round) {
    const auto again = shelf.Update(request);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
    EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=cold");
    v1::UpdateDatasetRequest other = UpsertRequest("set", "a", "mild");
    other.set_request_id("r1");
    EXPECT_EQ(ErrorReason(shelf.Update(other).status()), "REQUEST_ID_REUSED");
    v1::PutPromptRequest of_another_kind = PromptRequest("faq");
    of_another_kind.set_request_id("r1");
    EXPECT_EQ(ErrorReason(shelf.PutPrompt(of_another_kind).status()), "REQUEST_ID_REUSED");
    shelf.Restart();
  }
}

TEST(UpdateDataset, ARetryOfWhatChangedNothingChangesNothing) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  request.set_request_id("r1");
  ASSERT_EQ(shelf.Update(request)->unchanged(), 1);
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "cold")).ok());
  EXPECT_EQ(shelf.Update(request)->unchanged(), 1);
  EXPECT_EQ(Rows(*shelf.catalog(), "set"), "a=cold");
}

TEST(UpdateDataset, ARefusedRequestDoesNotUseUpItsId) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = DeleteRequest("set", "a");
  request.set_request_id("r1");
  ASSERT_EQ(ErrorReason(shelf.Update(request).status()), "EXAMPLE_NOT_FOUND");
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  EXPECT_EQ(shelf.Update(request)->deleted(), 1);
}

TEST(UpdateDataset, RefusesWhatCannotBeRight) {
  struct Case {
    std::string reason, field;
    std::function<void(v1::UpdateDatasetRequest&)> spoil;
  };
  const auto second = [](auto& request) { return request.add_mutations()->mutable_upsert(); };
  const std::vector<Case> cases = {
      {"BAD_NAME", "dataset", [](auto& request) { request.set_dataset("set@1"); }},
      {"EMPTY_MUTATION", "mutations[1]", [](auto& request) { request.add_mutations(); }},
      {"EMPTY_MUTATION", "mutations[1]", [](auto& request) { request.add_mutations()->set_delete_id(""); }},
      {"MISSING_INPUT", "mutations[1].upsert.input", [&](auto& request) { second(request); }},
      {"DUPLICATE_MUTATION", "mutations[1].delete_id",
       [](auto& request) { request.add_mutations()->set_delete_id("a"); }},
      {"DUPLICATE_MUTATION", "mutations[1].upsert.id", [](auto& request) { AddUpsert(request, "a", "x"); }},
      {"BAD_EXAMPLE_ID", "mutations[1].upsert.id",
       [](auto& request) { AddUpsert(request, std::string(257, 'x'), "x"); }},
      {"TOO_LARGE", "mutations[1].upsert.input",
       [](auto& request) { AddUpsert(request, "b", std::string(kMaxExampleTextBytes + 1, 'x')); }},
      {"TOO_LARGE", "mutations[1].upsert.output",
       [](auto& request) { AddUpsert(request, "b", "x", std::string(kMaxExampleTextBytes + 1, 'x')); }},
      {"BAD_WEIGHT", "mutations[0].upsert.weight",
       [](auto& request) { request.mutable_mutations(0)->mutable_upsert()->set_weight(-1); }},
      {"BAD_WEIGHT", "mutations[0].upsert.weight",
       [](auto& request) {
         request.mutable_mutations(0)->mutable_upsert()->set_weight(std::numeric_limits<double>::infinity());
       }},
      {"TOO_LARGE", "mutations",
       [](auto& request) {
         while (request.mutations_size() <= kMaxMutations) request.add_mutations();
       }},
      {"TOO_LARGE", "description", [](auto& request) { request.set_description(std::string(4097, 'x')); }},
      {"TOO_LARGE", "request_id", [](auto& request) { request.set_request_id(std::string(129, 'x')); }},
  };
  Shelf shelf;
  for (const Case& bad : cases) {
    v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
    bad.spoil(request);
    const absl::Status status = shelf.Update(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ErrorReason(status), bad.reason);
    EXPECT_EQ(ErrorMetadata(status, "field"), bad.field);
  }
  EXPECT_EQ(shelf.catalog()->revision, 1);
}

TEST(RollbackDataset, MakesANewVersionEqualToAnOldOne) {
  Shelf shelf;
  v1::UpdateDatasetRequest request = UpsertRequest("set", "a", "hot");
  AddUpsert(request, "b", "cold");
  ASSERT_TRUE(shelf.Update(request).ok());
  request = UpsertRequest("set", "a", "hotter");
  AddUpsert(request, "c", "new");
  request.add_mutations()->set_delete_id("b");
  ASSERT_TRUE(shelf.Update(request).ok());
  v1::RollbackDatasetRequest back;
  back.set_dataset("set");
  back.set_version(1);
  back.set_request_id("back");
  const auto rolled = shelf.Rollback(back);
  ASSERT_TRUE(rolled.ok()) << rolled.status();
  EXPECT_EQ(rolled->version(), 3);
  EXPECT_EQ(DiffVersions(shelf.catalog()->datasets.at("set")->dataset, 1, 3).size(), 0u);
  EXPECT_EQ(shelf.Rollback(back)->SerializeAsString(), rolled->SerializeAsString());
  back.clear_request_id();
  EXPECT_EQ(shelf.Rollback(back)->version(), 3) << "it is equal already";
}

TEST(RollbackDataset, RefusesWhatCannotBeRight) {
  Shelf shelf;
  ASSERT_TRUE(shelf.Update(UpsertRequest("set", "a", "hot")).ok());
  struct Case {
    std::string dataset;
    int64_t version;
    std::string reason;
  };
  for (const Case& bad : std::vector<Case>{{"set", 0, "BAD_VERSION"},
                                           {"set", -1, "BAD_VERSION"},
                                           {"set", 2, "VERSION_NOT_FOUND"},
                                           {"sett", 1, "DATASET_NOT_FOUND"},
                                           {"default", 1, "VERSION_NOT_FOUND"},
                                           {"set@1", 1, "BAD_NAME"}}) {
    v1::RollbackDatasetRequest request;
    request.set_dataset(bad.dataset);
    request.set_version(bad.version);
    EXPECT_EQ(ErrorReason(shelf.Rollback(request).status()), bad.reason) << bad.dataset << "@" << bad.version;
  }
  v1::RollbackDatasetRequest stale;
  stale.set_dataset("set");
  stale.set_version(1);
  stale.set_expected_version(7);
  EXPECT_EQ(ErrorReason(shelf.Rollback(stale).status()), "VERSION_MISMATCH");
}

}  // namespace
}  // namespace attune
