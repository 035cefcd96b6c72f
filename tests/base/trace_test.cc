#include "base/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_span_sink.h"

namespace attune {
namespace {

class TracerTest : public testing::Test {
 protected:
  FakeClock clock_;
  FakeSpanSink sink_;
  Tracer tracer_{sink_, clock_, 1};
};

TEST_F(TracerTest, ASpanKnowsItsTimesAndItsParent) {
  const TraceContext caller = CallersContext();
  Span span = tracer_.Start("Ask", SpanKind::kServer, &caller);
  EXPECT_TRUE(sink_.spans().empty());
  const absl::Time start = clock_.Now();
  clock_.Advance(absl::Milliseconds(7));
  tracer_.End(std::move(span));
  ASSERT_EQ(sink_.spans().size(), 1u);
  const Span ended = sink_.spans()[0];
  EXPECT_EQ(ended.name, "Ask");
  EXPECT_EQ(ended.kind, SpanKind::kServer);
  EXPECT_EQ(ended.context.trace_id, caller.trace_id);
  EXPECT_EQ(ended.parent_id, caller.span_id);
  EXPECT_EQ(ended.context.state, "vendor=1");
  EXPECT_NE(ended.context.span_id, caller.span_id);
  EXPECT_TRUE(ended.context.sampled);
  EXPECT_EQ(ended.start, start);
  EXPECT_EQ(ended.end, start + absl::Milliseconds(7));
  EXPECT_FALSE(ended.failed);
}

TEST_F(TracerTest, WithoutAParentATraceBegins) {
  std::set<std::string> traces, spans;
  Tracer other(sink_, clock_, 2);
  for (Tracer* tracer : {&tracer_, &other}) {
    for (int i = 0; i < 1000; ++i) {
      const Span span = tracer->Start("Ask", SpanKind::kServer, nullptr);
      EXPECT_EQ(span.parent_id, 0u);
      EXPECT_NE(span.context.span_id, 0u);
      traces.insert(Hex(span.context.trace_id));
      spans.insert(Hex(span.context.span_id));
    }
  }
  EXPECT_EQ(traces.size(), 2000u);
  EXPECT_EQ(spans.size(), 2000u);
  EXPECT_EQ(traces.begin()->size(), 32u);
  EXPECT_EQ(spans.begin()->size(), 16u);
}

TEST_F(TracerTest, AClockThatIsSetBackMakesNoNegativeTime) {
  Span span = tracer_.Start("Ask", SpanKind::kServer, nullptr);
  clock_.Advance(-absl::Hours(1));
  tracer_.End(std::move(span));
  EXPECT_EQ(sink_.spans()[0].end, sink_.spans()[0].start);
}

TEST_F(TracerTest, LongTextsAreCutAtAWholeCharacter) {
  Span span = tracer_.Start(std::string(1000, 'n'), SpanKind::kClient, nullptr);
  EXPECT_EQ(span.name, std::string(kMaxSpanTextBytes, 'n'));
  span.AddString("a", std::string(kMaxSpanTextBytes - 1, 'v') + "\xc3\xa4");
  EXPECT_EQ(AttributeOf(span, "a"), std::string(kMaxSpanTextBytes - 1, 'v'));
  span.AddString("b", "");
  EXPECT_EQ(AttributeOf(span, "b"), "-");
}

TEST(SpanOutcome, TellsWhoseTheFaultIs) {
  const struct {
    absl::Status status;
    std::string type;
    bool server_failed, client_failed;
  } cases[] = {
      {absl::OkStatus(), "-", false, false},
      {BadField("TOO_LARGE", "input", "secret"), "TOO_LARGE", false, true},
      {absl::CancelledError("secret"), "CANCELLED", false, true},
      {absl::ResourceExhaustedError("secret"), "RESOURCE_EXHAUSTED", false, true},
      {Error(absl::StatusCode::kUnavailable, "PROVIDER_CUT").Message("secret"), "PROVIDER_CUT", true, true},
      {absl::DeadlineExceededError("secret"), "DEADLINE_EXCEEDED", true, true},
      {absl::InternalError("secret"), "INTERNAL", true, true},
  };
  for (const auto& c : cases) {
    for (const SpanKind kind : {SpanKind::kServer, SpanKind::kClient}) {
      Span span;
      span.kind = kind;
      span.SetOutcome(c.status);
      EXPECT_EQ(AttributeOf(span, "error.type"), c.type) << c.status;
      EXPECT_EQ(span.failed, kind == SpanKind::kServer ? c.server_failed : c.client_failed) << c.status;
      EXPECT_THAT(TextOf(span), testing::Not(testing::HasSubstr("secret")));
    }
  }
}

}  // namespace
}  // namespace attune
