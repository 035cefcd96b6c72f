#include <new>
#include <utility>

#include "tests/ask/ask_server.h"

namespace attune {
namespace {

AskRequest WithId(const std::string& input, const std::string& id) {
  AskRequest request = Question(input);
  request.request_id = id;
  return request;
}

TEST(RequestId, ARetryGetsTheFirstAnswerAndPaysNothing) {
  AskServer server;
  const auto first = server.Ask(WithId("hello", "r1"));
  ASSERT_TRUE(first.ok()) << first.status();
  server.Teach("a", "hello", "world");
  const auto again = server.Ask(WithId("hello", "r1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->cached);
  EXPECT_EQ(again->interaction_id, first->interaction_id);
  EXPECT_EQ(again->provenance.revision, first->provenance.revision);
  EXPECT_EQ(server.provider.calls(), 1u);
  EXPECT_EQ(server.Recorded().size(), 1u);
}

TEST(RequestId, AStreamedRetryGetsTheWholeAnswer) {
  AskServer server({}, std::make_unique<FakeProvider>("one two three"));
  ASSERT_TRUE(server.Ask(WithId("hello", "r1")).ok());
  StreamLog stream;
  ASSERT_TRUE(server.Ask(WithId("hello", "r1"), &stream).ok());
  EXPECT_EQ(stream.starts.size(), 1u);
  EXPECT_EQ(stream.text(), "one two three");
}

TEST(RequestId, WhatEndsByAnExceptionIsForgotten) {
  bool throws = true;
  AskServer server({}, std::make_unique<FakeProvider>([&throws](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
                     if (std::exchange(throws, false)) throw std::bad_alloc();
                     return ModelAnswer{.text = "fine", .finish_reason = FinishReason::kStop};
                   }));
  EXPECT_THROW(server.Ask(WithId("hello", "r1")).IgnoreError(), std::bad_alloc);
  EXPECT_TRUE(server.Ask(WithId("hello", "r1")).ok());
}

TEST(RequestId, AnyOtherContentIsAnError) {
  AskServer server;
  ASSERT_TRUE(server.Ask(WithId("hello", "r1")).ok());
  const std::vector<std::function<void(AskRequest&)>> changes = {
      [](AskRequest& r) { r.input = "hullo"; },
      [](AskRequest& r) { r.prompt = "default"; },
      [](AskRequest& r) { r.user = "u"; },
      [](AskRequest& r) {
        r.history = {{Role::kUser, "x"}};
      },
      [](AskRequest& r) {
        r.variables = {{"a", "b"}};
      },
      [](AskRequest& r) {
        r.labels = {{"a", "b"}};
      },
      [](AskRequest& r) { r.min_revision = 1; },
      [](AskRequest& r) { r.at_revision = 1; },
      [](AskRequest& r) { r.overrides.model = "fake/other"; },
      [](AskRequest& r) { r.overrides.temperature = 0.1; },
      [](AskRequest& r) { r.overrides.top_p = 0.1; },
      [](AskRequest& r) { r.overrides.max_tokens = 1; },
      [](AskRequest& r) { r.overrides.stop = {"x"}; },
      [](AskRequest& r) { r.overrides.seed = 0; },
      [](AskRequest& r) { r.overrides.max_examples = 0; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    AskRequest request = WithId("hello", "r1");
    changes[i](request);
    EXPECT_EQ(ErrorReason(server.Ask(request).status()), "REQUEST_ID_REUSED") << "change " << i;
  }
  EXPECT_EQ(server.provider.calls(), 1u);
}

TEST(AskFingerprint, TellsApartWhatOnlyJoinsToTheSameText) {
  AskRequest one = Question("a"), two = Question("a");
  one.history = {{Role::kUser, "=m"}};
  one.user = "y";
  two.user = "user";
  two.overrides.model = "m";
  EXPECT_NE(AskFingerprint(one), AskFingerprint(two));
  one = two = Question("a");
  one.overrides.temperature = 0.1234567;
  two.overrides.temperature = 0.1234568;
  EXPECT_NE(AskFingerprint(one), AskFingerprint(two));
  one.overrides.temperature = two.overrides.temperature;
  one.request_id = "x";
  EXPECT_EQ(AskFingerprint(one), AskFingerprint(two));
}

TEST(RequestId, ARetryThatOverlapsWaitsForTheFirst) {
  AskServer server;
  server.provider.Hold();
  auto first = server.Start(WithId("hello", "r1"));
  ASSERT_TRUE(server.provider.WaitForInFlight(1));
  auto second = server.Start(WithId("hello", "r1"));
  auto third = server.Start(WithId("hello", "r1"));
  EXPECT_EQ(ErrorReason(server.Ask(WithId("other", "r1")).status()), "REQUEST_ID_REUSED");
  server.provider.Release();
  const auto answer = first->Wait();
  ASSERT_TRUE(answer.ok()) << answer.status();
  for (auto* retry : {&second, &third}) {
    const auto again = (*retry)->Wait();
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->cached);
    EXPECT_EQ(again->interaction_id, answer->interaction_id);
  }
  EXPECT_EQ(server.provider.calls(), 1u);
}

TEST(RequestId, WhenTheFirstIsCancelledARetryTakesItsPlace) {
  AskServer server;
  server.provider.Hold();
  auto first = server.Start(WithId("hello", "r1"));
  ASSERT_TRUE(server.provider.WaitForInFlight(1));
  auto second = server.Start(WithId("hello", "r1"));
  first->Cancel();
  EXPECT_EQ(first->Wait().status().code(), absl::StatusCode::kCancelled);
  server.provider.Release();
  const auto answer = second->Wait();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->cached);
  EXPECT_EQ(server.provider.calls(), 2u);
}

TEST(RequestId, AWaitingRetryMayGoAwayOrRunOutOfTime) {
  AskServer server;
  server.provider.Hold();
  auto first = server.Start(WithId("hello", "r1"));
  ASSERT_TRUE(server.provider.WaitForInFlight(1));
  auto second = server.Start(WithId("hello", "r1"));
  second->Cancel();
  EXPECT_EQ(second->Wait().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ErrorReason(server.Start(WithId("hello", "r1"), nullptr, server.clock.Now())->Wait().status()),
            "DEADLINE_EXCEEDED");
  server.provider.Release();
  EXPECT_TRUE(first->Wait().ok());
}

TEST(RequestId, AnErrorIsNotRemembered) {
  std::atomic<int> calls{0};
  AskServer server({}, std::make_unique<FakeProvider>([&](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
                     if (++calls == 1) return absl::UnavailableError("down");
                     return ModelAnswer{
                         .text = "up", .model = "any", .finish_reason = FinishReason::kStop, .usage = {}};
                   }));
  EXPECT_FALSE(server.Ask(WithId("hello", "r1")).ok());
  const auto answer = server.Ask(WithId("hello", "r1"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "up");
  EXPECT_FALSE(answer->cached);
}

TEST(AnswerMemory, ForgetsTheOldestBeyondItsBounds) {
  FakeClock clock;
  AnswerMemory memory(clock);
  IoPool io(1);
  const auto known = [&](const std::string& id) {
    return RunCoroutine(io, memory.Begin(id, "f", clock.Now() + absl::Hours(1)))->has_value();
  };
  AskResult long_text, long_logprobs;
  long_text.text = std::string(kRememberedAnswerBytes / 2, 'x');
  long_logprobs.logprobs.resize(1);
  long_logprobs.logprobs[0].token = std::string(kRememberedAnswerBytes / 3, 'x');
  const std::pair<const char*, const AskResult*> answers[] = {
      {"a", &long_text}, {"b", &long_text}, {"c", &long_logprobs}, {"d", &long_logprobs}};
  for (const auto& [id, answer] : answers) {
    EXPECT_FALSE(known(id));
    memory.Finish(id, answer);
  }
  EXPECT_TRUE(known("d"));
  EXPECT_TRUE(known("c"));
  EXPECT_FALSE(known("b"));
  EXPECT_FALSE(known("a"));
}

}  // namespace
}  // namespace attune
