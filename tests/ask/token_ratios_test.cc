#include "ask/token_ratios.h"

#include <cmath>

#include "base/token_estimate.h"
#include "tests/ask/ask_server.h"

namespace attune {
namespace {

// Reports as many tokens for each estimated one.
std::unique_ptr<FakeProvider> Counting(std::shared_ptr<double> ratio) {
  return std::make_unique<FakeProvider>([ratio](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    const auto plain = static_cast<double>(EstimateTokens(request.messages));
    return ModelAnswer{.text = "yes",
                       .finish_reason = FinishReason::kStop,
                       .usage = {.reported = true, .input_tokens = std::lround(plain * *ratio), .output_tokens = 1}};
  });
}

TEST(TokenRatios, AreMediansOfTheLatestAnswersInSteps) {
  TokenRatios ratios;
  EXPECT_EQ(ratios.Of("a/b").ratio, 1);
  for (int i = 0; i < kMinRatioAnswers - 1; ++i) ratios.Learn("a/b", 100, 200);
  EXPECT_EQ(ratios.Of("a/b").ratio, 1) << "too few answers yet";
  EXPECT_DOUBLE_EQ(ratios.Of("a/b").error, 0.5);
  ratios.Learn("a/b", 100, 200);
  EXPECT_EQ(ratios.Of("a/b").ratio, 2);
  EXPECT_EQ(ratios.Of("a/other").ratio, 1);
  for (int i = 0; i < 40; ++i) ratios.Learn("a/b", 1'000, 2'030);  // a step up at most
  EXPECT_EQ(ratios.Of("a/b").ratio, 2.0625);
  for (int i = 0; i < 20; ++i) ratios.Learn("a/b", 100, 100'000'000);  // a vendor's own prompt
  EXPECT_EQ(ratios.Of("a/b").ratio, 2.0625);
  EXPECT_LT(ratios.Of("a/b").error, 0.1);
  for (size_t i = 0; i < kTokenRatioWindow; ++i) ratios.Learn("a/b", 100, 50);
  EXPECT_EQ(ratios.Of("a/b").ratio, 0.5);
  for (size_t i = 0; i < kTokenRatioWindow; ++i) ratios.Learn("a/b", 99, 50);  // whole tokens
  EXPECT_EQ(ratios.Of("a/b").ratio, 0.5);
  for (size_t i = 0; i < kTokenRatioWindow; ++i) ratios.Learn("a/b", 100, 50);
  EXPECT_EQ(ratios.Of("a/b").error, 0);
  EXPECT_EQ(ratios.Of("a/b").answers, kMinRatioAnswers + 40 + 20 + 3 * static_cast<int64_t>(kTokenRatioWindow));
}

TEST(TokenRatios, AreBounded) {
  TokenRatios ratios;
  for (int i = 0; i < 10; ++i) {
    ratios.Learn("most", 100, 1'000'000);
    ratios.Learn("least", 1'000'000, 1);
    ratios.Learn("short", kMinRatioTokens - 1, 1'000);
    ratios.Learn("nothing", 100, 0);
  }
  EXPECT_EQ(ratios.Of("most").ratio, kMaxTokenRatio);
  EXPECT_EQ(ratios.Of("least").ratio, kMinTokenRatio);
  EXPECT_EQ(ratios.All().size(), 2u);
  for (size_t i = 0; i < 2 * kMaxTokenRatioModels; ++i) ratios.Learn(StrCat("model", i), 100, 100);
  EXPECT_EQ(ratios.All().size(), kMaxTokenRatioModels);
  ratios.Learn("most", 100, 100);  // those that are there go on
  EXPECT_EQ(ratios.Of("most").answers, 11);
}

// Prompt "default" with a budget, over a provider that counts twice as many tokens.
class Budget : public testing::Test {
 protected:
  Budget() {
    for (int i = 0; i < 4; ++i) {
      server.Teach(StrCat("e", i), StrCat("tell me of the long warranty of the red box ", i), std::string(80, 'a'));
    }
    v1::PutPromptRequest put;
    put.mutable_prompt()->set_name("default");
    put.mutable_prompt()->mutable_few_shot()->set_dataset("default");
    put.mutable_prompt()->set_max_input_tokens(200);
    v1::Message* message = put.mutable_prompt()->add_messages();
    message->set_role("user");
    message->set_content("{{input}}");
    server.Put(put);
  }

  AskResult Ask(const AskRequest& request) {
    const auto answer = server.Ask(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : AskResult();
  }
  AskResult Learn() {
    for (int i = 0; i < kMinRatioAnswers; ++i) Ask(question);
    return Ask(question);
  }

  const std::shared_ptr<double> ratio = std::make_shared<double>(2);
  AskServer server{{}, Counting(ratio)};
  const AskRequest question = Question("tell me of the long warranty of the red box");
};

TEST_F(Budget, IsKeptInTheTokensThatTheModelCounts) {
  const AskResult first = Ask(question);
  EXPECT_EQ(first.provenance.token_ratio, 1);
  EXPECT_GT(first.usage.input_tokens, 200) << "nothing is known of the model yet";
  const AskResult later = Learn();
  EXPECT_EQ(later.provenance.token_ratio, 2);
  EXPECT_LE(later.usage.input_tokens, 200);
  EXPECT_LT(later.provenance.example_ids.size(), first.provenance.example_ids.size());
  EXPECT_FALSE(later.provenance.example_ids.empty());
}

TEST_F(Budget, WhatWasLearntChangesNoPromptOfARevision) {
  const AskResult before = Ask(question);
  AskRequest then = question;
  then.at_revision = before.provenance.revision;
  const std::string bytes = Bytes(server.Render(then)->prompt.messages);
  const AskResult after = Learn();
  ASSERT_EQ(after.provenance.revision, before.provenance.revision);
  EXPECT_EQ(Bytes(server.Render(then)->prompt.messages), bytes);
  EXPECT_EQ(Ask(then).provenance.token_ratio, 1);
  // What was sent with the ratio is built again by it, whatever is learnt meanwhile.
  const std::string sent = Bytes(server.provider.requests()[static_cast<size_t>(kMinRatioAnswers) + 1].messages);
  EXPECT_NE(sent, bytes);
  *ratio = 0.5;
  for (size_t i = 0; i < kTokenRatioWindow; ++i) Ask(question);
  then.token_ratio = after.provenance.token_ratio;
  EXPECT_EQ(Bytes(server.Render(then)->prompt.messages), sent);
  EXPECT_EQ(Ask(question).provenance.token_ratio, 0.5);
}

TEST_F(Budget, TheInteractionTellsTheRatio) {
  Learn();
  const auto recorded = server.Recorded();
  EXPECT_EQ(recorded.front().provenance().token_ratio(), 2);
  EXPECT_EQ(recorded.back().provenance().token_ratio(), 1);
  const auto learnt = server.asker.LearntOf({});
  ASSERT_TRUE(learnt.has_value());
  EXPECT_EQ(learnt->first, "fake/any");
  EXPECT_EQ(learnt->second.ratio, 2);
}

TEST_F(Budget, APromptWithoutOneHasNoRatio) {
  Learn();
  v1::PutPromptRequest put;
  put.mutable_prompt()->set_name("free");
  v1::Message* message = put.mutable_prompt()->add_messages();
  message->set_role("user");
  message->set_content("{{input}}");
  server.Put(put);
  AskRequest request = question;
  request.prompt = "free";
  EXPECT_EQ(Ask(request).provenance.token_ratio, 0);
  request.token_ratio = 3;
  EXPECT_EQ(Ask(request).provenance.token_ratio, 0);
}

TEST_F(Budget, ARatioOutOfRangeIsRefused) {
  for (const double bad : {-1.0, 0.1, 8.5, std::nan("")}) {
    AskRequest request = question;
    request.token_ratio = bad;
    const absl::Status status = server.Ask(request).status();
    EXPECT_EQ(ErrorReason(status), "BAD_PARAMETER") << bad;
    EXPECT_EQ(ErrorMetadata(status, "field"), "token_ratio");
  }
}

}  // namespace
}  // namespace attune
