#include "tests/manage/shelf.h"

namespace attune {
namespace {

TEST(PutPrompt, MakesVersionsOneTwoThree) {
  Shelf shelf;
  for (int64_t version = 1; version <= 3; ++version) {
    const auto put = shelf.PutPrompt(PromptRequest("faq", StrCat("Take ", version, ": {{input}}")));
    ASSERT_TRUE(put.ok()) << put.status();
    EXPECT_TRUE(put->created());
    EXPECT_EQ(put->prompt().version(), version);
    EXPECT_EQ(put->revision(), version + 1);  // revision 1 is the prompt `default`
    EXPECT_EQ(put->prompt().revision(), put->revision());
    EXPECT_EQ(shelf.catalog()->revision, put->revision());
  }
  EXPECT_EQ(GetPrompt(*shelf.catalog(), "faq@2")->messages(0).content(), "Take 2: {{input}}");
}

TEST(PutPrompt, TheAnswerIsWhatGetPromptGives) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq");
  request.mutable_prompt()->mutable_few_shot()->set_dataset("default");
  request.mutable_prompt()->set_description("first");
  const auto put = shelf.PutPrompt(request);
  ASSERT_TRUE(put.ok()) << put.status();
  EXPECT_EQ(put->prompt().SerializeAsString(), GetPrompt(*shelf.catalog(), "faq")->SerializeAsString());
  EXPECT_EQ(put->prompt().few_shot().k(), kDefaultExamples);
  EXPECT_EQ(put->prompt().few_shot().strategy(), v1::LEXICAL);
}

TEST(PutPrompt, TheChoiceOfExamplesComesBackAsItWas) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq");
  v1::FewShot& few_shot = *request.mutable_prompt()->mutable_few_shot();
  few_shot.set_dataset("default");
  few_shot.set_choice(v1::TERM_COVER);
  few_shot.set_min_score(1.5);
  few_shot.mutable_include()->add_labels("a");
  v1::MetadataEntry& entry = *few_shot.mutable_exclude()->add_metadata();
  entry.set_key("state");
  entry.set_value("draft");
  few_shot.mutable_low_coverage()->set_below(0.25);
  few_shot.mutable_low_coverage()->set_then(v1::FIXED_TEXT);
  few_shot.mutable_low_coverage()->set_text("call us");
  ASSERT_TRUE(shelf.PutPrompt(request).ok());
  shelf.Restart();
  const v1::FewShot kept = GetPrompt(*shelf.catalog(), "faq")->few_shot();
  EXPECT_EQ(kept.choice(), v1::TERM_COVER);
  EXPECT_EQ(kept.min_score(), 1.5);
  EXPECT_EQ(kept.include().SerializeAsString(), few_shot.include().SerializeAsString());
  EXPECT_EQ(kept.exclude().SerializeAsString(), few_shot.exclude().SerializeAsString());
  EXPECT_EQ(kept.low_coverage().SerializeAsString(), few_shot.low_coverage().SerializeAsString());
  EXPECT_FALSE(shelf.PutPrompt(request)->created());
  few_shot.mutable_low_coverage()->set_below(0.26);
  EXPECT_TRUE(shelf.PutPrompt(request)->created());
  few_shot.mutable_low_coverage()->clear_then();
  const absl::Status status = shelf.PutPrompt(request).status();
  EXPECT_EQ(ErrorReason(status), "BAD_FEW_SHOT");
  EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.few_shot.low_coverage.then");
}

TEST(PutPrompt, DefaultsAreStoredWrittenOut) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq");
  request.mutable_prompt()->mutable_few_shot()->set_dataset("default");
  ASSERT_TRUE(shelf.PutPrompt(request).ok());
  int prompts = 0;
  ASSERT_TRUE(shelf.memory
                  ->ReplayCatalog(0,
                                  [&](const LogRecord& record) {
                                    store::v1::Commit commit;
                                    EXPECT_TRUE(commit.ParseFromString(record.payload));
                                    EXPECT_TRUE(commit.prompt().few_shot().has_k()) << commit.prompt().name();
                                    EXPECT_NE(commit.prompt().few_shot().order(), v1::EXAMPLE_ORDER_UNSPECIFIED);
                                    ++prompts;
                                    return absl::OkStatus();
                                  })
                  .ok());
  EXPECT_EQ(prompts, 2);
}

TEST(PutPrompt, EqualContentMakesNoVersion) {
  Shelf shelf;
  ASSERT_TRUE(shelf.PutPrompt(PromptRequest("faq")).ok());
  v1::PutPromptRequest again = PromptRequest("faq");
  again.mutable_prompt()->set_description("other words, same content");
  const auto put = shelf.PutPrompt(again);
  ASSERT_TRUE(put.ok()) << put.status();
  EXPECT_FALSE(put->created());
  EXPECT_EQ(put->prompt().version(), 1);
  EXPECT_EQ(put->prompt().description(), "");
  EXPECT_EQ(put->revision(), 2);
  EXPECT_EQ(shelf.catalog()->revision, 2);
}

TEST(PutPrompt, ValidateOnlyChecksEverythingAndChangesNothing) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq");
  request.set_validate_only(true);
  const auto put = shelf.PutPrompt(request);
  ASSERT_TRUE(put.ok()) << put.status();
  EXPECT_TRUE(put->created());
  EXPECT_EQ(put->prompt().version(), 1);
  EXPECT_EQ(shelf.catalog()->revision, 1);
  request.mutable_prompt()->mutable_few_shot()->set_dataset("nowhere");
  EXPECT_EQ(ErrorReason(shelf.PutPrompt(request).status()), "DATASET_NOT_FOUND");
}

TEST(PutPrompt, ExpectedVersionIsCompared) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq", "one {{input}}");
  request.set_expected_version(1);
  EXPECT_EQ(ErrorReason(shelf.PutPrompt(request).status()), "VERSION_MISMATCH");
  request.set_expected_version(0);
  ASSERT_TRUE(shelf.PutPrompt(request).ok());
  const absl::Status status = shelf.PutPrompt(PromptRequest("faq", "two {{input}}")).status();
  ASSERT_TRUE(status.ok()) << status;
  request = PromptRequest("faq", "three {{input}}");
  request.set_expected_version(1);
  const absl::Status stale = shelf.PutPrompt(request).status();
  EXPECT_EQ(stale.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ErrorMetadata(stale, "current_version"), "2");
  EXPECT_EQ(shelf.catalog()->revision, 3);
}

TEST(PutPrompt, RefusesWhatCannotBeRight) {
  struct Case {
    std::string reason;
    std::function<void(v1::PutPromptRequest&)> spoil;
  };
  const std::vector<Case> cases = {
      {"BAD_NAME", [](auto& request) { request.mutable_prompt()->set_name(""); }},
      {"BAD_NAME", [](auto& request) { request.mutable_prompt()->set_name("Faq"); }},
      {"NO_MESSAGES", [](auto& request) { request.mutable_prompt()->clear_messages(); }},
      {"BAD_ROLE", [](auto& request) { request.mutable_prompt()->mutable_messages(0)->set_role("king"); }},
      {"BAD_TEMPLATE", [](auto& request) { request.mutable_prompt()->mutable_messages(0)->set_content("{{#a}}"); }},
      {"UNDECLARED_VARIABLE",
       [](auto& request) { request.mutable_prompt()->mutable_messages(0)->set_content("{{a}}"); }},
      {"BAD_PARAMETER", [](auto& request) { request.mutable_prompt()->mutable_parameters()->set_temperature(3); }},
      {"BAD_SCHEMA", [](auto& request) { request.mutable_prompt()->set_response_schema("{"); }},
      {"DATASET_NOT_FOUND", [](auto& request) { request.mutable_prompt()->mutable_few_shot()->set_dataset("x"); }},
      {"TOO_LARGE", [](auto& request) { request.mutable_prompt()->set_description(std::string(5000, 'x')); }},
      {"TOO_LARGE", [](auto& request) { request.set_request_id(std::string(129, 'x')); }},
  };
  Shelf shelf;
  for (const Case& bad : cases) {
    v1::PutPromptRequest request = PromptRequest("faq");
    bad.spoil(request);
    EXPECT_EQ(ErrorReason(shelf.PutPrompt(request).status()), bad.reason);
  }
  EXPECT_EQ(shelf.catalog()->revision, 1);
  EXPECT_EQ(shelf.catalog()->prompts.size(), 1u);
}

TEST(PutPrompt, ARetryGetsTheFirstAnswerAlsoAfterARestart) {
  Shelf shelf;
  v1::PutPromptRequest request = PromptRequest("faq");
  request.set_request_id("r1");
  const auto first = shelf.PutPrompt(request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(shelf.PutPrompt(PromptRequest("faq", "meanwhile {{input}}")).ok());
  for (int round = 0; round < 2; ++round) {
    const auto again = shelf.PutPrompt(request);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
    v1::PutPromptRequest other = PromptRequest("faq", "other {{input}}");
    other.set_request_id("r1");
    EXPECT_EQ(ErrorReason(shelf.PutPrompt(other).status()), "REQUEST_ID_REUSED");
    shelf.Restart();
  }
  EXPECT_EQ(shelf.catalog()->revision, 3);
}

}  // namespace
}  // namespace attune
