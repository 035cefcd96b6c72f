#include "http/otlp_json.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_span_sink.h"

namespace attune {
namespace {

// What comes before and after the spans.
std::string Request(const std::string& spans) {
  return R"({"resourceSpans":[{"resource":{"attributes":[)"
         R"({"key":"service.name","value":{"stringValue":"attune"}},)"
         R"({"key":"service.version","value":{"stringValue":"0.1.0"}}]},)"
         R"("scopeSpans":[{"scope":{"name":"attune"},"spans":[)" +
         spans + "]}]}]}";
}

Span PlainSpan(SpanKind kind) {
  Span span;
  span.name = "n";
  span.kind = kind;
  span.context.trace_id = {1, 2};
  span.context.span_id = 3;
  return span;
}

std::string PlainJson(const std::string& kind) {
  return R"({"traceId":"00000000000000010000000000000002","spanId":"0000000000000003","name":"n","kind":)" + kind +
         R"(,"startTimeUnixNano":"0","endTimeUnixNano":"0","attributes":[],"status":{}})";
}

TEST(OtlpJson, WritesAllThatASpanHas) {
  Span span;
  span.name = "chat \"m\"";
  span.kind = SpanKind::kClient;
  span.context = CallersContext();
  span.parent_id = 255;
  span.start = absl::FromUnixNanos(1'700'000'000'123'456'789);
  span.end = span.start + absl::Nanoseconds(11);
  span.failed = true;
  span.AddString("text", "a\n\u00e4");
  span.AddInt("number", 9'007'199'254'740'993);  // more than a double holds
  span.AddBool("truth", true);
  EXPECT_EQ(OtlpJson({span}, "0.1.0"),
            Request(R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",)"
                    R"("parentSpanId":"00000000000000ff","traceState":"vendor=1","name":"chat \"m\"","kind":3,)"
                    R"("startTimeUnixNano":"1700000000123456789","endTimeUnixNano":"1700000000123456800",)"
                    R"("attributes":[{"key":"text","value":{"stringValue":"a\n)"
                    "\u00e4"
                    R"("}},{"key":"number","value":{"intValue":"9007199254740993"}},)"
                    R"({"key":"truth","value":{"boolValue":true}}],"status":{"code":2}})"));
}

TEST(OtlpJson, LeavesOutWhatASpanHasNot) {
  EXPECT_EQ(OtlpJson({PlainSpan(SpanKind::kServer)}, "0.1.0"), Request(PlainJson("2")));
}

TEST(OtlpJson, WritesAnyNumberOfSpans) {
  EXPECT_EQ(OtlpJson({}, "0.1.0"), Request(""));
  EXPECT_EQ(OtlpJson({PlainSpan(SpanKind::kInternal), PlainSpan(SpanKind::kServer)}, "0.1.0"),
            Request(PlainJson("1") + "," + PlainJson("2")));
}

}  // namespace
}  // namespace attune
