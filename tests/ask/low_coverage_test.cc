#include "ask/low_coverage.h"

#include "tests/ask/ask_server.h"

namespace attune {
namespace {

constexpr char kCovered[] = "how long is the warranty";
constexpr char kUncovered[] = "may dogs fly";

// Dataset "default" with one example, and a prompt of each action, named by it in lower case.
class LowCoverageTest : public testing::Test {
 protected:
  LowCoverageTest() {
    server.Teach("e1", kCovered, "two years");
    Put("no_examples", v1::NO_EXAMPLES, "");
    Put("fixed_text", v1::FIXED_TEXT, "Please call us.");
    Put("refuse", v1::REFUSE, "");
  }

  void Put(const std::string& name, v1::LowCoverageAction then, const std::string& text) {
    v1::PutPromptRequest put;
    put.mutable_prompt()->set_name(name);
    v1::Message* message = put.mutable_prompt()->add_messages();
    message->set_role("user");
    message->set_content("{{input}}");
    v1::FewShot& few_shot = *put.mutable_prompt()->mutable_few_shot();
    few_shot.set_dataset("default");
    few_shot.mutable_low_coverage()->set_below(0.5);
    few_shot.mutable_low_coverage()->set_then(then);
    few_shot.mutable_low_coverage()->set_text(text);
    server.Put(put);
  }
  static AskRequest To(const std::string& prompt, const std::string& question) {
    AskRequest request = Question(question);
    request.prompt = prompt;
    return request;
  }

  AskServer server;
};

TEST_F(LowCoverageTest, ACoveredQuestionIsAnsweredByTheModel) {
  for (const char* prompt : {"no_examples", "fixed_text", "refuse"}) {
    const auto answer = server.Ask(To(prompt, kCovered));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->text, "fake answer");
    EXPECT_EQ(answer->provenance.example_ids, std::vector<std::string>{"e1"});
    EXPECT_FALSE(server.Render(To(prompt, kCovered))->low_coverage.has_value());
  }
}

TEST_F(LowCoverageTest, NoExamplesAsksTheModelWithoutThem) {
  // Shares a word, so that an example would be shown.
  const AskRequest request = To("no_examples", "how high may dogs fly when it is windy");
  const auto answer = server.Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "fake answer");
  EXPECT_GT(answer->coverage, 0);
  EXPECT_TRUE(answer->provenance.example_ids.empty());
  EXPECT_EQ(server.provider.requests().back().messages.size(), 1u);
  const auto rendered = server.Render(request);
  EXPECT_EQ(rendered->low_coverage->then, LowCoverageAction::kNoExamples);
  EXPECT_EQ(rendered->prompt.messages.size(), 1u);
}

TEST_F(LowCoverageTest, AFixedTextAsksNobodyAndCostsNothing) {
  const AskRequest request = To("fixed_text", kUncovered);
  const auto answer = server.Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "Please call us.");
  EXPECT_EQ(answer->finish_reason, FinishReason::kLowCoverage);
  EXPECT_EQ(answer->model, "");
  EXPECT_EQ(answer->coverage, 0);
  ASSERT_TRUE(answer->cost.has_value());
  EXPECT_EQ(answer->cost->nanos, 0);
  EXPECT_TRUE(answer->usage.reported);
  EXPECT_EQ(answer->usage.input_tokens, 0);
  EXPECT_EQ(answer->timing.attempts, 0);
  EXPECT_EQ(server.provider.calls(), 0u);
  const auto recorded = server.Recorded();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].id(), answer->interaction_id);
  EXPECT_EQ(recorded[0].text(), "Please call us.");
  EXPECT_EQ(recorded[0].finish_reason(), v1::LOW_COVERAGE);
  EXPECT_EQ(recorded[0].provenance().prompt(), "fixed_text");
  EXPECT_TRUE(recorded[0].cost().known());
  const auto rendered = server.Render(request);
  EXPECT_EQ(rendered->low_coverage->text, "Please call us.");
  EXPECT_TRUE(rendered->prompt.messages.empty());
}

TEST_F(LowCoverageTest, AFixedTextIsStreamedLikeAnyOther) {
  StreamLog stream;
  const auto answer = server.Ask(To("fixed_text", kUncovered), &stream);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(stream.starts.size(), 1u);
  EXPECT_EQ(stream.starts[0].provenance.prompt, "fixed_text");
  EXPECT_EQ(stream.starts[0].finish_reason, FinishReason::kUnspecified);
  EXPECT_EQ(stream.text(), "Please call us.");
  EXPECT_EQ(answer->finish_reason, FinishReason::kLowCoverage);
}

TEST_F(LowCoverageTest, ARefusalTellsTheCoverageAndIsRecorded) {
  StreamLog stream;
  for (AskSink* sink : {static_cast<AskSink*>(nullptr), static_cast<AskSink*>(&stream)}) {
    const absl::Status status = server.Ask(To("refuse", kUncovered), sink).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ErrorReason(status), "LOW_COVERAGE");
    EXPECT_EQ(ErrorMetadata(status, "coverage"), "0");
    EXPECT_EQ(ErrorMetadata(status, "threshold"), "0.5");
  }
  EXPECT_TRUE(stream.starts.empty());
  EXPECT_EQ(server.provider.calls(), 0u);
  EXPECT_EQ(server.asker.counters().failed, 2);
  const auto recorded = server.Recorded();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_EQ(recorded[0].status_code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(recorded[0].provenance().prompt(), "refuse");
  const auto rendered = server.Render(To("refuse", kUncovered));
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_EQ(rendered->low_coverage->then, LowCoverageAction::kRefuse);
  EXPECT_TRUE(rendered->prompt.messages.empty());
}

TEST_F(LowCoverageTest, ABadRequestIsStillOne) {
  AskRequest request = To("fixed_text", kUncovered);
  request.variables = {{"nobody", "x"}};
  EXPECT_EQ(ErrorReason(server.Ask(request).status()), "UNDECLARED_VARIABLE");
}

}  // namespace
}  // namespace attune
