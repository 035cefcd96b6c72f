// The span of an Ask, and the trace that its calls of models belong to.
#include "tests/ask/ask_server.h"
#include "tests/fakes/fake_span_sink.h"

namespace attune {
namespace {

// What each call of the model belonged to.
struct Calls {
  std::mutex mutex;
  std::vector<std::shared_ptr<const TraceScope>> traces;
};

// A server whose Asks are traced, or only passed on if `traced` is false.
class TracedServer {
 public:
  explicit TracedServer(bool traced = true, FakeProvider::Answer answer = {})
      : server(Options(traced), std::make_unique<FakeProvider>([this, answer](const ModelRequest& request) {
                 const std::lock_guard lock(calls.mutex);
                 calls.traces.push_back(request.trace);
                 return answer ? answer(request) : Answer();
               })) {}

  absl::StatusOr<AskResult> Ask(AskRequest request, std::optional<TraceContext> caller = std::nullopt,
                                AskSink* sink = nullptr) {
    AskVariant variant;
    if (caller) variant.trace = std::make_shared<const TraceScope>(TraceScope{.context = *caller});
    return server.Ask(std::move(request), sink, variant);
  }

  static absl::StatusOr<ModelAnswer> Answer() {
    ModelAnswer answer;
    answer.text = "a secret answer";
    answer.finish_reason = FinishReason::kStop;
    answer.usage = {.reported = true, .input_tokens = 11, .output_tokens = 3};
    return answer;
  }

  FakeSpanSink spans;
  FakeClock clock;
  Tracer tracer{spans, clock, 3};
  Calls calls;
  AskServer server;

 private:
  AskOptions Options(bool traced) {
    AskOptions options;
    if (traced) options.tracer = &tracer;
    return options;
  }
};

TEST(Trace, AnAskIsASpanOfItsCallersTrace) {
  TracedServer house;
  const int64_t revision = house.server.Teach("id", "a secret example", "its secret output");
  const auto answer = house.Ask(Question("a secret question"), CallersContext());
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(house.spans.spans().size(), 1u);
  const Span span = house.spans.spans()[0];
  EXPECT_EQ(span.name, "Ask");
  EXPECT_EQ(span.kind, SpanKind::kServer);
  EXPECT_EQ(span.context.trace_id, CallersContext().trace_id);
  EXPECT_EQ(span.context.state, "vendor=1");
  EXPECT_EQ(span.parent_id, CallersContext().span_id);
  EXPECT_FALSE(span.failed);
  EXPECT_EQ(AttributeOf(span, "gen_ai.operation.name"), "chat");
  EXPECT_EQ(AttributeOf(span, "gen_ai.request.model"), "fake/any");
  EXPECT_EQ(AttributeOf(span, "gen_ai.response.model"), "fake/any");
  EXPECT_EQ(AttributeOf(span, "gen_ai.usage.input_tokens"), "11");
  EXPECT_EQ(AttributeOf(span, "gen_ai.usage.output_tokens"), "3");
  EXPECT_EQ(AttributeOf(span, "attune.interaction_id"), answer->interaction_id);
  EXPECT_EQ(AttributeOf(span, "attune.prompt"), "default");
  EXPECT_EQ(AttributeOf(span, "attune.prompt_version"), "1");
  EXPECT_EQ(AttributeOf(span, "attune.dataset"), "default");
  EXPECT_EQ(AttributeOf(span, "attune.dataset_version"), "1");
  EXPECT_EQ(AttributeOf(span, "attune.revision"), StrCat(revision));
  EXPECT_EQ(AttributeOf(span, "error.type"), "-");
  EXPECT_THAT(TextOf(span), testing::Not(testing::HasSubstr("secret")));
}

TEST(Trace, TheModelIsCalledWithinTheSpan) {
  TracedServer house;
  ASSERT_TRUE(house.Ask(Question("q"), CallersContext()).ok());
  ASSERT_EQ(house.calls.traces.size(), 1u);
  ASSERT_NE(house.calls.traces[0], nullptr);
  EXPECT_EQ(house.calls.traces[0]->context, house.spans.spans().at(0).context);
  EXPECT_EQ(house.calls.traces[0]->tracer, &house.tracer);
}

TEST(Trace, WithoutACallersTraceOneBegins) {
  TracedServer house;
  StreamLog stream;
  ASSERT_TRUE(house.Ask(Question("q"), std::nullopt, &stream).ok());
  ASSERT_EQ(house.spans.spans().size(), 1u);
  EXPECT_EQ(house.spans.spans()[0].name, "StreamAsk");
  EXPECT_EQ(house.spans.spans()[0].parent_id, 0u);
  EXPECT_EQ(house.calls.traces.at(0)->context, house.spans.spans()[0].context);
}

TEST(Trace, WhatTheCallerDoesNotSampleIsPassedOnAndNotRecorded) {
  TracedServer house;
  ASSERT_TRUE(house.Ask(Question("q"), CallersContext(false)).ok());
  EXPECT_TRUE(house.spans.spans().empty());
  EXPECT_EQ(house.calls.traces.at(0)->context, CallersContext(false));
  EXPECT_EQ(house.calls.traces.at(0)->tracer, nullptr);
}

TEST(Trace, WithoutATracerTheCallersContextIsPassedOnAndNotRecorded) {
  TracedServer house(false);
  ASSERT_TRUE(house.Ask(Question("q"), CallersContext()).ok());
  ASSERT_TRUE(house.Ask(Question("q")).ok());
  EXPECT_TRUE(house.spans.spans().empty());
  ASSERT_NE(house.calls.traces.at(0), nullptr);
  EXPECT_EQ(house.calls.traces[0]->context, CallersContext());
  EXPECT_EQ(house.calls.traces[0]->tracer, nullptr);
  EXPECT_EQ(house.calls.traces.at(1), nullptr);
}

TEST(Trace, AnEvaluationsAskIsNoSpan) {
  TracedServer house;
  AskVariant variant;
  variant.record = false;
  ASSERT_TRUE(house.server.Ask(Question("q"), nullptr, variant).ok());
  EXPECT_TRUE(house.spans.spans().empty());
  EXPECT_EQ(house.calls.traces.at(0), nullptr);
}

TEST(Trace, AFailureTellsItsKindAndWhoseFaultItIs) {
  struct Case {
    std::string type;
    bool failed;
    absl::Status model_failure;
    std::function<void(AskRequest&)> spoil;
  };
  const absl::Status down =
      Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("a secret question cannot be answered");
  const std::vector<Case> cases = {
      {"PROVIDER_UNAVAILABLE", true, down, [](AskRequest&) {}},
      {"PROMPT_NOT_FOUND", false, {}, [](AskRequest& r) { r.prompt = "nobody"; }},
      {"TOO_LARGE", false, {}, [](AskRequest& r) { r.user = std::string(kMaxUserBytes + 1, 'x'); }},
  };
  for (const Case& c : cases) {
    TracedServer house(true, [&c](const ModelRequest&) -> absl::StatusOr<ModelAnswer> { return c.model_failure; });
    AskRequest request = Question("a secret question");
    c.spoil(request);
    EXPECT_EQ(ErrorReason(house.Ask(request).status()), c.type);
    ASSERT_EQ(house.spans.spans().size(), 1u);
    const Span span = house.spans.spans()[0];
    EXPECT_EQ(AttributeOf(span, "error.type"), c.type);
    EXPECT_EQ(span.failed, c.failed) << c.type;
    EXPECT_EQ(AttributeOf(span, "gen_ai.response.model"), "-");
    EXPECT_EQ(AttributeOf(span, "gen_ai.usage.output_tokens"), "-");
    EXPECT_THAT(TextOf(span), testing::Not(testing::HasSubstr("secret")));
    if (c.model_failure.ok()) continue;
    EXPECT_EQ(AttributeOf(span, "gen_ai.request.model"), "fake/any");
    EXPECT_EQ(AttributeOf(span, "attune.interaction_id"), house.server.Recorded().at(0).id());
  }
}

TEST(Trace, AnAnswerGivenAgainSpendsNoTokens) {
  TracedServer house;
  AskRequest request = Question("q");
  request.request_id = "once";
  ASSERT_TRUE(house.Ask(request, CallersContext()).ok());
  ASSERT_TRUE(house.Ask(request, std::nullopt).ok()) << "the trace is no part of the question";
  const std::vector<Span> spans = house.spans.spans();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(AttributeOf(spans[0], "attune.cached"), "-");
  EXPECT_EQ(AttributeOf(spans[1], "attune.cached"), "true");
  EXPECT_EQ(AttributeOf(spans[1], "attune.interaction_id"), AttributeOf(spans[0], "attune.interaction_id"));
  EXPECT_EQ(AttributeOf(spans[1], "gen_ai.usage.input_tokens"), "-");
}

}  // namespace
}  // namespace attune
