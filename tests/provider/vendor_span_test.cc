// Traces through calls of vendors, over real sockets: the headers that arrive, and the span of each call.
#include "provider/vendor_span.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/jitter.h"
#include "http/curl_client.h"
#include "provider/batch_embedder.h"
#include "provider/retry.h"
#include "provider/retry_embedder.h"
#include "provider/vendor_chat.h"
#include "provider/vendor_embed.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/fakes/fake_span_sink.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/embed_wire.h"
#include "tests/provider/provider_call.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

class VendorSpanTest : public testing::Test {
 protected:
  std::unique_ptr<Provider> NewVendor() {
    VendorOptions options;
    options.name = "vendor";
    options.base_url = server_.url();
    options.api_key = "sk-secret-key";
    return std::make_unique<VendorChat>(options, wire_.dialect(), client_);
  }
  AnswerOr Call(Provider& provider, bool streamed = false) {
    ModelRequest request = Ask("a secret question");
    request.trace = trace_;
    return Generate(pool_, provider, request, streamed ? &text_ : nullptr);
  }
  void TraceWith(Tracer* tracer) {
    trace_ = std::make_shared<const TraceScope>(TraceScope{.context = CallersContext(), .tracer = tracer});
  }
  ServerScript GoodAnswer() const { return WholeResponse(200, wire_.whole("a secret answer", Ending::kStop)); }
  std::map<std::string, std::string> LastHeaders() const { return server_.requests().back().headers; }

  const VendorWire& wire_ = VendorNamed("OpenAiChat");
  ScriptedHttpServer server_;
  IoPool pool_{1};
  CurlClient client_{pool_};
  FakeClock clock_;
  FakeSpanSink spans_;
  Tracer tracer_{spans_, clock_, 7};
  std::shared_ptr<const TraceScope> trace_;
  KeepingTextSink text_;
};

TEST_F(VendorSpanTest, WithoutATraceNothingIsSent) {
  server_.Add(GoodAnswer());
  ASSERT_TRUE(Call(*NewVendor()).ok());
  EXPECT_EQ(LastHeaders().count("traceparent"), 0u);
  EXPECT_EQ(LastHeaders().count("tracestate"), 0u);
}

TEST_F(VendorSpanTest, WithoutATracerTheCallersContextIsPassedOn) {
  TraceWith(nullptr);
  server_.Add(GoodAnswer());
  ASSERT_TRUE(Call(*NewVendor()).ok());
  EXPECT_EQ(LastHeaders().at("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(LastHeaders().at("tracestate"), "vendor=1");
}

TEST_F(VendorSpanTest, ACallIsASpanWhoseContextTheVendorGets) {
  TraceWith(&tracer_);
  for (const bool streamed : {false, true}) {
    server_.Add(streamed ? EventStream(wire_.stream({"a secret answer"}, Ending::kStop)) : GoodAnswer());
    ASSERT_TRUE(Call(*NewVendor(), streamed).ok());
    const Span span = spans_.spans().back();
    EXPECT_EQ(LastHeaders().at("traceparent"), FormatTraceParent(span.context));
    EXPECT_EQ(LastHeaders().at("tracestate"), "vendor=1");
    EXPECT_EQ(LastHeaders().at("authorization"), "Bearer sk-secret-key");
    EXPECT_EQ(span.name, "chat m");
    EXPECT_EQ(span.kind, SpanKind::kClient);
    EXPECT_EQ(span.context.trace_id, CallersContext().trace_id);
    EXPECT_EQ(span.parent_id, CallersContext().span_id);
    EXPECT_FALSE(span.failed);
    EXPECT_EQ(AttributeOf(span, "gen_ai.operation.name"), "chat");
    EXPECT_EQ(AttributeOf(span, "gen_ai.provider.name"), "vendor");
    EXPECT_EQ(AttributeOf(span, "gen_ai.request.model"), "m");
    EXPECT_EQ(AttributeOf(span, "gen_ai.response.model"), "m-1");
    EXPECT_EQ(AttributeOf(span, "gen_ai.usage.input_tokens"), "10");
    EXPECT_EQ(AttributeOf(span, "gen_ai.usage.output_tokens"), "5");
    EXPECT_EQ(AttributeOf(span, "error.type"), "-");
  }
  EXPECT_EQ(spans_.spans().size(), 2u);
}

TEST_F(VendorSpanTest, ACallForEmbeddingsIsASpanThroughItsBatchesAndAttempts) {
  TraceWith(&tracer_);
  const EmbedWire& wire = AllEmbedWires().front();
  const std::string good = wire.answer({{1, 0}});
  server_.Add(WholeResponse(200, good));
  server_.Add(WholeResponse(500, "no"));
  server_.Add(WholeResponse(200, good));
  VendorOptions options;
  options.name = "vendor";
  options.base_url = server_.url();
  options.api_key = "sk-secret-key";
  FakeSleeper sleeper(clock_);
  Jitter jitter(1);
  auto retry = std::make_unique<RetryEmbedder>(std::make_unique<VendorEmbed>(options, wire.dialect(), client_),
                                               RetryPolicy(), clock_, sleeper, jitter);
  BatchEmbedder embedder("vendor", std::move(retry), {.texts = 1});
  EmbedRequest request = EmbedTexts({"a secret", "another secret"});
  request.trace = trace_;
  ASSERT_TRUE(Embed(pool_, embedder, request).ok());
  const std::vector<Span> spans = spans_.spans();
  ASSERT_EQ(spans.size(), 3u);
  for (size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(server_.requests()[i].headers.at("traceparent"), FormatTraceParent(spans[i].context));
    EXPECT_EQ(spans[i].name, "embeddings m");
    EXPECT_EQ(spans[i].kind, SpanKind::kClient);
    EXPECT_EQ(spans[i].parent_id, CallersContext().span_id);
    EXPECT_EQ(spans[i].failed, i == 1);
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.operation.name"), "embeddings");
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.provider.name"), "vendor");
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.request.model"), "m");
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.response.model"), i == 1 ? "-" : "m-1");
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.usage.input_tokens"), i == 1 ? "-" : "7");
    EXPECT_EQ(AttributeOf(spans[i], "gen_ai.usage.output_tokens"), "-");
    EXPECT_THAT(TextOf(spans[i]), testing::Not(testing::HasSubstr("secret")));
  }
}

TEST_F(VendorSpanTest, EachAttemptIsASpanAndAFailureTellsItsKindAlone) {
  TraceWith(&tracer_);
  server_.Add(ServerScript().Close());
  server_.Add(WholeResponse(500, R"({"error":{"message":"cannot answer 'a secret question' with sk-secret-key"}})"));
  server_.Add(GoodAnswer());
  FakeSleeper sleeper(clock_);
  Jitter jitter(1);
  RetryProvider vendor(NewVendor(), RetryPolicy(), clock_, sleeper, jitter);
  ASSERT_TRUE(Call(vendor).ok());
  const std::vector<Span> spans = spans_.spans();
  const std::vector<RecordedRequest> requests = server_.requests();
  ASSERT_EQ(spans.size(), 3u);
  ASSERT_EQ(requests.size(), 3u);
  for (size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(requests[i].headers.at("traceparent"), FormatTraceParent(spans[i].context));
    EXPECT_EQ(spans[i].parent_id, CallersContext().span_id);
    EXPECT_EQ(spans[i].failed, i < 2);
    EXPECT_EQ(AttributeOf(spans[i], "error.type"), i < 2 ? "PROVIDER_UNAVAILABLE" : "-");
    EXPECT_THAT(TextOf(spans[i]), testing::Not(testing::HasSubstr("secret")));
  }
  EXPECT_EQ(AttributeOf(spans[1], "http.response.status_code"), "500");
  EXPECT_EQ(AttributeOf(spans[0], "http.response.status_code"), "-");
  EXPECT_NE(spans[0].context.span_id, spans[1].context.span_id);
}

TEST_F(VendorSpanTest, ACancelledCallIsASpanAsWell) {
  TraceWith(&tracer_);
  server_.Add(ServerScript().Stall());
  const std::unique_ptr<Provider> vendor = NewVendor();
  ModelRequest request = Ask("q");
  request.trace = trace_;
  Running<AnswerOr> call(pool_, [&] { return vendor->Generate(request, nullptr); });
  ASSERT_TRUE(server_.WaitForRequests(1));
  call.Cancel();
  EXPECT_FALSE(call.Wait().ok());
  ASSERT_EQ(spans_.spans().size(), 1u);
  EXPECT_EQ(AttributeOf(spans_.spans()[0], "error.type"), "CANCELLED");
}

TEST_F(VendorSpanTest, WhatIsNotSentIsNoSpan) {
  TraceWith(&tracer_);
  ModelRequest request = Ask("q");
  request.trace = trace_;
  request.response_schema = "no schema";
  EXPECT_FALSE(Generate(pool_, *NewVendor(), request).ok());
  EXPECT_TRUE(spans_.spans().empty());
}

}  // namespace
}  // namespace attune
