#include "base/trace_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"

namespace attune {
namespace {

using testing::ElementsAre;

const std::string kTraceId = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpanId = "b7ad6b7169203331";

std::string Parent(const std::string& version = "00", const std::string& flags = "01") {
  return version + "-" + kTraceId + "-" + kSpanId + "-" + flags;
}

TEST(ParseTraceContext, ReadsTheIdsAndWhetherItIsSampled) {
  const struct {
    std::string text;
    bool sampled;
  } cases[] = {
      {Parent(), true},
      {Parent("00", "00"), false},
      {Parent("00", "ff"), true},  // what the other flags mean is not known
      {Parent("00", "02"), false},
      {Parent("01"), true},  // later versions are read as far as this one goes
      {Parent("cc", "00"), false},
      {Parent("fe") + "-", true},
      {Parent("01") + "-what-the-future-will-be-like", true},
  };
  for (const auto& c : cases) {
    const std::optional<TraceContext> context = ParseTraceContext(c.text, "");
    ASSERT_TRUE(context.has_value()) << c.text;
    EXPECT_EQ(context->trace_id, (TraceId{0x0af7651916cd43dd, 0x8448eb211c80319c})) << c.text;
    EXPECT_EQ(context->span_id, 0xb7ad6b7169203331) << c.text;
    EXPECT_EQ(context->sampled, c.sampled) << c.text;
    EXPECT_EQ(FormatTraceParent(*context), Parent("00", c.sampled ? "01" : "00")) << c.text;
  }
}

TEST(ParseTraceContext, TakesIdsWithManyZeros) {
  const auto context = ParseTraceContext("00-00000000000000000000000000000001-0000000000000002-00", "");
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(context->trace_id, (TraceId{0, 1}));
  EXPECT_EQ(context->span_id, 2u);
  EXPECT_EQ(FormatTraceParent(*context), "00-00000000000000000000000000000001-0000000000000002-00");
  EXPECT_TRUE(ParseTraceContext("00-10000000000000000000000000000000-1000000000000000-00", "").has_value());
}

TEST(ParseTraceContext, RefusesWhatIsNotExact) {
  const std::string good = Parent();
  std::vector<std::string> bad = {
      "",
      "00",
      good + "-",  // of version 00 there is no more
      good + "-01",
      good + " ",
      " " + good,
      Parent("ff"),
      Parent("FE"),
      Parent("0x"),
      Parent("00", "0A"),
      Parent("00", "0g"),
      Parent("00", "1"),
      Parent("01") + "x",  // what a later version adds follows a dash
      Parent("01") + "1-x",
      "00-00000000000000000000000000000000-" + kSpanId + "-01",
      "00-" + kTraceId + "-0000000000000000-01",
      "00-0AF7651916CD43DD8448EB211C80319C-" + kSpanId + "-01",
      "00-" + kTraceId + "-B7AD6B7169203331-01",
      "00-" + kTraceId.substr(1) + "-" + kSpanId + "-001",
      "00-" + kTraceId + "." + kSpanId + "-01",
  };
  // Every place, spoiled by a byte that belongs at none.
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char byte : {'g', '_', ' ', '\0', '\xc3'}) {
      std::string spoiled = good;
      spoiled[at] = byte;
      bad.push_back(spoiled);
    }
    bad.push_back(good.substr(0, at));
  }
  for (const std::string& text : bad) EXPECT_FALSE(ParseTraceContext(text, "a=1").has_value()) << text;
}

std::string Members(int count, const std::string& between) {
  std::string text;
  for (int i = 0; i < count; ++i) StrAppend(&text, i == 0 ? "" : between, "k", i, "=v");
  return text;
}

TEST(IsValidTraceState, GoesByTheRecommendation) {
  const std::string key256 = "a" + std::string(255, 'b');
  const struct {
    std::string text;
    bool valid;
  } cases[] = {
      {"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true},
      {"a=1", true},
      {"0a=1", true},
      {"tenant@system=1", true},
      {"a_-*/z=1", true},
      {"a=1 2", true},
      {"a= 1", true},  // a space before the last byte is the value's
      {" a=1 ,\tb=2\t", true},
      {"a=1,,b=2,", true},
      {"a=!\"#$%&'()*+-./:;<>?@[]^_`{|}~", true},
      {key256 + "=1", true},
      {"a=" + std::string(256, 'v'), true},
      {Members(32, ","), true},
      {Members(32, " , "), true},
      {"a=" + std::string(253, 'v') + ",b=" + std::string(254, 'v'), true},  // 512 bytes
      {"", false},
      {" , ", false},
      {"a", false},
      {"a=", false},
      {"a= ", false},
      {"=1", false},
      {"A=1", false},
      {"_a=1", false},
      {"a b=1", false},
      {"a =1", false},
      {"a=1=2", false},
      {"a=1,a=2", false},
      {"a=1;b=2\n", false},
      {"a=\x7f", false},
      {"a=\xc3\xa4", false},
      {"a=1\r\nX-Evil: 1", false},
      {key256 + "b=1", false},
      {"a=" + std::string(257, 'v'), false},
      {Members(33, ","), false},
      {"a=" + std::string(254, 'v') + ",b=" + std::string(254, 'v'), false},  // 513
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsValidTraceState(c.text), c.valid) << c.text;
    const std::optional<TraceContext> context = ParseTraceContext(Parent(), c.text);
    ASSERT_TRUE(context.has_value()) << "the state spoils no trace";
    EXPECT_EQ(context->state, c.valid ? c.text : "") << "unchanged, or not at all";
  }
}

TEST(AddTraceHeaders, AddsTheStateOnlyIfThereIsOne) {
  std::vector<std::string> headers = {"Accept: x"};
  AddTraceHeaders(*ParseTraceContext(Parent(), ""), headers);
  EXPECT_THAT(headers, ElementsAre("Accept: x", "traceparent: " + Parent()));
  headers.clear();
  AddTraceHeaders(*ParseTraceContext(Parent(), "a=1, b=2"), headers);
  EXPECT_THAT(headers, ElementsAre("traceparent: " + Parent(), "tracestate: a=1, b=2"));
}

}  // namespace
}  // namespace attune
