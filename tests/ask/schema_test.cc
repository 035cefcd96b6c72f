#include "tests/ask/ask_server.h"

namespace attune {
namespace {

constexpr char kSchema[] = R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})";

std::unique_ptr<FakeProvider> Answering(std::string text, FinishReason finish_reason = FinishReason::kStop) {
  return std::make_unique<FakeProvider>([=](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    return ModelAnswer{.text = text, .finish_reason = finish_reason, .usage = {.input_tokens = 3, .output_tokens = 4}};
  });
}

// A server whose prompt "typed" has the schema.
std::unique_ptr<AskServer> TypedServer(std::unique_ptr<FakeProvider> provider) {
  auto server = std::make_unique<AskServer>(AskOptions(), std::move(provider));
  server->PutTyped("typed", kSchema);
  return server;
}

AskRequest TypedQuestion() {
  AskRequest request = Question("hello");
  request.prompt = "typed";
  return request;
}

TEST(AskSchema, AnAnswerThatFitsIsGiven) {
  auto server = TypedServer(Answering(R"({"n": 1})"));
  const auto answer = server->Ask(TypedQuestion());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, R"({"n": 1})");
  EXPECT_EQ(server->provider.requests()[0].response_schema, kSchema);
}

TEST(AskSchema, AnAnswerThatDoesNotFitIsAnErrorAndIsRecorded) {
  auto server = TypedServer(Answering(R"({"n": "one"})"));
  const absl::Status status = server->Ask(TypedQuestion()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ErrorReason(status), "ANSWER_NOT_VALID");
  EXPECT_EQ(ErrorMetadata(status, "path"), "$.n");
  EXPECT_NE(ErrorMetadata(status, "cause"), "");
  const auto recorded = server->Recorded();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(ErrorMetadata(status, "interaction_id"), recorded[0].id());
  EXPECT_EQ(recorded[0].text(), R"({"n": "one"})");
  EXPECT_FALSE(recorded[0].partial());                // it is the whole answer
  EXPECT_EQ(recorded[0].usage().output_tokens(), 8);  // of both tries
  EXPECT_TRUE(recorded[0].repaired());
  EXPECT_EQ(ErrorMetadata(status, "answer"), R"({"n": "one"})");
  EXPECT_EQ(server->provider.calls(), 2u);
  EXPECT_EQ(recorded[0].status_code(), static_cast<int>(absl::StatusCode::kInternal));
  EXPECT_EQ(server->asker.counters().failed, 1);
}

TEST(AskSchema, AStreamEndsWithTheErrorAfterItsText) {
  auto server = TypedServer(Answering("not json"));
  StreamLog stream;
  const absl::Status status = server->Ask(TypedQuestion(), &stream).status();
  EXPECT_EQ(ErrorReason(status), "ANSWER_NOT_VALID");
  EXPECT_EQ(stream.text(), "not json");
  EXPECT_EQ(server->provider.calls(), 1u);  // what was streamed cannot be taken back
}

// Answers with the texts in turn, each with this finish reason.
std::unique_ptr<FakeProvider> InTurn(std::vector<absl::StatusOr<ModelAnswer>> answers) {
  auto next = std::make_shared<size_t>(0);
  return std::make_unique<FakeProvider>([=](const ModelRequest&) { return answers.at((*next)++); });
}

ModelAnswer Whole(std::string text, FinishReason reason = FinishReason::kStop) {
  ModelAnswer answer;
  answer.text = std::move(text);
  answer.finish_reason = reason;
  answer.usage = {.reported = true, .input_tokens = 3, .output_tokens = 4};
  return answer;
}

TEST(AskSchema, AnAnswerThatDoesNotFitIsRepairedOnce) {
  auto server = TypedServer(InTurn({Whole("n is one"), Whole(R"({"n":1})")}));
  const auto answer = server->Ask(TypedQuestion());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, R"({"n":1})");
  EXPECT_TRUE(answer->repaired);
  EXPECT_EQ(answer->timing.attempts, 2);
  EXPECT_EQ(answer->usage.input_tokens, 6);
  const auto requests = server->provider.requests();
  ASSERT_EQ(requests.size(), 2u);
  const std::vector<Message>& second = requests[1].messages;
  ASSERT_EQ(second.size(), requests[0].messages.size() + 2);
  EXPECT_EQ(second[second.size() - 2], (Message{Role::kAssistant, "n is one"}));
  EXPECT_EQ(second.back().role, Role::kUser);
  EXPECT_NE(second.back().content.find("does not conform"), std::string::npos);
  EXPECT_EQ(requests[1].response_schema, kSchema);
}

TEST(AskSchema, WhenTheRepairFailsTheFirstAnswerIsTold) {
  const absl::StatusOr<ModelAnswer> failures[] = {absl::UnavailableError("down"),
                                                  Whole(R"({"n":)", FinishReason::kLength)};
  for (const auto& failure : failures) {
    auto server = TypedServer(InTurn({Whole("n is one"), failure}));
    const absl::Status status = server->Ask(TypedQuestion()).status();
    EXPECT_EQ(ErrorReason(status), "ANSWER_NOT_VALID") << status;
    EXPECT_EQ(ErrorMetadata(status, "answer"), "n is one");
    EXPECT_EQ(server->Recorded()[0].text(), "n is one");
    EXPECT_EQ(server->Recorded()[0].timing().attempts(), 2);
  }
}

TEST(AskSchema, NothingIsRepairedAfterTheDeadline) {
  auto held = std::make_shared<AskServer*>(nullptr);
  auto server = TypedServer(std::make_unique<FakeProvider>([held](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    (*held)->clock.Advance(absl::Minutes(2));
    return Whole("no");
  }));
  *held = server.get();
  const absl::Time deadline = server->clock.Now() + absl::Minutes(1);
  EXPECT_EQ(ErrorReason(server->Start(TypedQuestion(), nullptr, deadline)->Wait().status()), "ANSWER_NOT_VALID");
  EXPECT_EQ(server->provider.calls(), 1u);
}

TEST(AskSchema, AnUnfinishedAnswerTellsByItsFinishReason) {
  for (const FinishReason reason : {FinishReason::kLength, FinishReason::kRefusal}) {
    auto server = TypedServer(Answering(R"({"n": )", reason));
    const auto answer = server->Ask(TypedQuestion());
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->finish_reason, reason);
  }
}

TEST(AskSchema, APromptWithoutASchemaTakesAnyText) {
  auto server = TypedServer(Answering("not json"));
  EXPECT_TRUE(server->Ask(Question("hello")).ok());
}

TEST(AskSchema, AnEvaluationsAskIsHeldToTheSchemaToo) {
  auto server = TypedServer(Answering("[]"));
  AskVariant variant;
  variant.record = false;
  EXPECT_EQ(ErrorReason(server->Ask(TypedQuestion(), nullptr, variant).status()), "ANSWER_NOT_VALID");
}

TEST(AskSchema, ARetryAfterAMisfitAsksAgain) {
  int calls = 0;
  auto server = TypedServer(std::make_unique<FakeProvider>([&](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    return ModelAnswer{.text = ++calls <= 2 ? "no" : R"({"n":2})", .finish_reason = FinishReason::kStop};
  }));
  AskRequest request = TypedQuestion();
  request.request_id = "r1";
  EXPECT_FALSE(server->Ask(request).ok());
  EXPECT_EQ(server->Ask(request)->text, R"({"n":2})");
}

}  // namespace
}  // namespace attune
