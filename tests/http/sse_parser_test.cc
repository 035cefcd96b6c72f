#include "http/sse_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Parsed {
  std::vector<std::string> events;  // "type|data|id"
  absl::Status status;
};

Parsed Parse(const std::vector<std::string>& pieces, size_t max_event_bytes = kMaxSseEventBytes) {
  Parsed parsed;
  SseParser parser(max_event_bytes);
  for (const std::string& piece : pieces) {
    // A copy of its own, so that the sanitizer sees views that outlive their piece.
    const std::vector<char> bytes(piece.begin(), piece.end());
    parsed.status = parser.Feed({bytes.data(), bytes.size()}, [&](const SseEvent& event) {
      parsed.events.push_back(std::string(event.type) + "|" + std::string(event.data) + "|" + std::string(event.id));
      return absl::OkStatus();
    });
    if (!parsed.status.ok()) break;
  }
  return parsed;
}

struct Case {
  const char* name;
  std::string stream;
  std::vector<std::string> events;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"one event", "data: a\n\n", {"|a|"}},
      {"no space after the colon", "data:a\n\n", {"|a|"}},
      {"only one space is dropped", "data:  a\n\n", {"| a|"}},
      {"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", {"|a|", "|b|"}},
      {"CR", "data: a\r\rdata: b\r\r", {"|a|", "|b|"}},
      {"mixed line ends", "data: a\r\n\ndata: b\n\r\n", {"|a|", "|b|"}},
      {"data lines join", "data: a\ndata: b\ndata:\ndata: c\n\n", {"|a\nb\n\nc|"}},
      {"empty data is data", "data:\n\n", {"||"}},
      {"field without colon", "data\n\n", {"||"}},
      {"comments", ": keep-alive\n\n:\n\ndata: a\n: within\n\n", {"|a|"}},
      {"type and id", "event: e\nid: 7\ndata: a\n\ndata: b\n\n", {"e|a|7", "|b|7"}},
      {"id with a null byte is ignored", std::string("id: 1\nid: 2\0\ndata: a\n\n", 23), {"|a|1"}},
      {"retry and unknown fields", "retry: 10\nfoo: bar\ndata: a\n\n", {"|a|"}},
      {"type without data is no event", "event: ping\n\ndata: a\n\n", {"|a|"}},
      {"byte-order mark",
       "\xEF\xBB\xBF"
       "data: a\n\n",
       {"|a|"}},
      {"byte-order mark later is data",
       "data: a\n\n\xEF\xBB\xBF"
       "data: b\n\n",
       {"|a|"}},
      {"colon in the data", "data: a: b\n\n", {"|a: b|"}},
      {"characters of four bytes", "data: \xF0\x9F\x98\x80\n\n", {"|\xF0\x9F\x98\x80|"}},
      {"cut event", "data: a\n\ndata: b\n", {"|a|"}},
      {"cut line", "data: a\n\ndata: b", {"|a|"}},
  };
  return cases;
}

TEST(SseParserTest, ReadsEveryCaseWhole) {
  for (const Case& c : Cases()) EXPECT_EQ(Parse({c.stream}).events, c.events) << c.name;
}

TEST(SseParserTest, ReadsTheSameWhereverTheStreamIsCut) {
  for (const Case& c : Cases()) {
    for (size_t first = 0; first <= c.stream.size(); ++first) {
      for (size_t second = first; second <= c.stream.size(); ++second) {
        const Parsed parsed =
            Parse({c.stream.substr(0, first), c.stream.substr(first, second - first), c.stream.substr(second)});
        ASSERT_EQ(parsed.events, c.events) << c.name << " cut at " << first << " and " << second;
      }
    }
  }
}

TEST(SseParserTest, ReadsTheSameByteByByte) {
  for (const Case& c : Cases()) {
    std::vector<std::string> bytes;
    for (const char byte : c.stream) bytes.push_back(std::string(1, byte));
    EXPECT_EQ(Parse(bytes).events, c.events) << c.name;
  }
}

TEST(SseParserTest, RefusesAnEventAboveTheLimit) {
  const std::string line(60, 'x');
  EXPECT_THAT(Parse({"data: " + line + "\n\n"}, 100).events, ElementsAre("|" + line + "|"));
  const Parsed two_lines = Parse({"data: " + line + "\n", "data: " + line + "\n\n"}, 100);
  EXPECT_EQ(ErrorReason(two_lines.status), "SSE_EVENT_TOO_LARGE");
  EXPECT_THAT(two_lines.events, IsEmpty());
}

TEST(SseParserTest, RefusesAnEndlessLine) {
  const Parsed parsed = Parse(std::vector<std::string>(100, "xxxxxxxxxx"), 200);
  EXPECT_EQ(ErrorReason(parsed.status), "SSE_EVENT_TOO_LARGE");
}

TEST(SseParserTest, LimitsOneEventNotTheStream) {
  EXPECT_EQ(Parse(std::vector<std::string>(100, "data: 0123456789\n\n"), 30).events.size(), 100u);
}

TEST(SseParserTest, KeepsBareJsonThatStandsBetweenTheEvents) {
  const std::string stream = "data: a\n\nretry: 5\n{\n  \"error\": 1\n}\r\n\ndata: b\n\n[1";
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    SseParser parser;
    int events = 0;
    const auto count = [&events](const SseEvent&) {
      ++events;
      return absl::OkStatus();
    };
    ASSERT_TRUE(parser.Feed(stream.substr(0, cut), count).ok());
    ASSERT_TRUE(parser.Feed(stream.substr(cut), count).ok());
    EXPECT_EQ(events, 2);
    EXPECT_EQ(parser.Stray(), "{\n  \"error\": 1\n}\n[1") << cut;
  }
  SseParser plain;
  ASSERT_TRUE(plain.Feed("data: {}\n\nid: 1\n", [](const SseEvent&) { return absl::OkStatus(); }).ok());
  EXPECT_EQ(plain.Stray(), "");
  SseParser flooded;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(flooded.Feed("{ a long line of nothing\n", [](const SseEvent&) { return absl::OkStatus(); }).ok());
  }
  EXPECT_LE(flooded.Stray().size(), kMaxStrayBytes);
}

TEST(SseParserTest, StopsAtTheFirstErrorOfItsReader) {
  SseParser parser;
  int events = 0;
  const absl::Status status = parser.Feed("data: a\n\ndata: b\n\n", [&](const SseEvent&) {
    ++events;
    return absl::AbortedError("enough");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace attune
