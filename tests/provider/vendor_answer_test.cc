// What an answer means, whichever vendor gives it: read whole, cut at every byte, byte by byte, with every line end.
#include "provider/vendor_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/provider/provider_call.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

constexpr char kText[] = "fi\u00e9\U0001F600 \"end\"";
const std::vector<std::string> kTexts = {"fi", "\u00e9\U0001F600", " \\\"end\\\""};

struct Reading {
  AnswerOr answer;
  std::string streamed;
};

class VendorAnswerTest : public testing::TestWithParam<VendorWire> {
 protected:
  // Reads the pieces as the HTTP client would bring them.
  Reading Read(const std::vector<std::string>& pieces, bool stream, int status = 200) {
    const VendorOptions options = {.name = "vendor", .base_url = {}, .api_key = {}, .extra_headers = {}};
    const std::unique_ptr<const Dialect> dialect = GetParam().dialect();
    KeepingTextSink sink;
    VendorAnswer answer(options, *dialect, "m", stream ? &sink : nullptr);
    absl::Status sent = answer.OnHead({.status = status, .headers = {}});
    for (const std::string& piece : pieces) {
      if (sent.ok()) sent = answer.OnData(piece);
    }
    return {answer.Finish(sent), sink.text()};
  }
  std::string ReasonOf(const std::string& body, bool stream) {
    return ErrorReason(Read({body}, stream).answer.status());
  }
  std::string Stream(Ending ending = Ending::kStop) { return Join(GetParam().stream(kTexts, ending)); }
  // All but the events after the last text.
  std::string Unfinished() {
    const std::vector<std::string> events = GetParam().stream({"first words"}, Ending::kStop);
    std::string all;
    for (const std::string& event : events) {
      all += event;
      if (event.find("first words") != std::string::npos) break;
    }
    return all;
  }
};

std::vector<std::string> Bytes(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char byte : text) bytes.push_back(std::string(1, byte));
  return bytes;
}

TEST_P(VendorAnswerTest, AStreamThatEndsWithABareErrorSaysWhatItSays) {
  const std::string error =
      "{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"busy now\",\n    \"status\": \"UNAVAILABLE\"\n  "
      "}\n}\n";
  for (const std::string& form : {error, "[" + error + "]\n"}) {
    const Reading read = Read(Bytes(Unfinished() + form), true);
    EXPECT_EQ(ErrorReason(read.answer.status()), "PROVIDER_UNAVAILABLE") << read.answer.status();
    EXPECT_NE(read.answer.status().message().find("busy now"), std::string::npos);
    EXPECT_EQ(read.streamed, "first words");
  }
}

TEST_P(VendorAnswerTest, ReadsAWholeAnswerAndItsUsage) {
  const Reading read = Read({GetParam().whole("fi\u00e9\U0001F600 \\\"end\\\"", Ending::kStop)}, false);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.answer->text, kText);
  EXPECT_EQ(read.answer->finish_reason, FinishReason::kStop);
  EXPECT_EQ(read.answer->model, "m-1");
  EXPECT_TRUE(read.answer->usage.reported);
  EXPECT_EQ(read.answer->usage.input_tokens, 10);
  EXPECT_EQ(read.answer->usage.cached_input_tokens, 4);
  EXPECT_EQ(read.answer->usage.output_tokens, 5);
}

TEST_P(VendorAnswerTest, ReadsAStreamAndItsUsage) {
  const Reading read = Read({Stream()}, true);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.answer->text, kText);
  EXPECT_EQ(read.streamed, kText);
  EXPECT_EQ(read.answer->model, "m-1");
  EXPECT_EQ(read.answer->usage.input_tokens, 10);
  EXPECT_EQ(read.answer->usage.cached_input_tokens, 4);
  EXPECT_EQ(read.answer->usage.output_tokens, 5);
}

TEST_P(VendorAnswerTest, EveryEndingIsAFinishReason) {
  for (const Ending ending : GetParam().endings) {
    const Reading whole = Read({GetParam().whole("No.", ending)}, false);
    ASSERT_TRUE(whole.answer.ok()) << whole.answer.status();
    EXPECT_EQ(whole.answer->text, "No.");
    EXPECT_EQ(whole.answer->finish_reason, FinishReasonOf(ending));
    const Reading stream = Read({Stream(ending)}, true);
    ASSERT_TRUE(stream.answer.ok()) << stream.answer.status();
    EXPECT_EQ(stream.answer->text, kText);
    EXPECT_EQ(stream.answer->finish_reason, FinishReasonOf(ending));
  }
}

TEST_P(VendorAnswerTest, ReadsTheSameCutAtEveryByte) {
  const std::string whole = GetParam().whole("fi\u00e9\U0001F600 \\\"end\\\"", Ending::kStop);
  for (const auto& [body, stream] : {std::pair(whole, false), std::pair(Stream(), true)}) {
    for (size_t cut = 0; cut <= body.size(); ++cut) {
      const Reading read = Read({body.substr(0, cut), body.substr(cut)}, stream);
      ASSERT_TRUE(read.answer.ok()) << cut << ": " << read.answer.status();
      ASSERT_EQ(read.answer->text, kText) << cut;
      ASSERT_EQ(read.answer->usage.output_tokens, 5) << cut;
      ASSERT_EQ(read.streamed, stream ? kText : "") << cut;
    }
  }
}

TEST_P(VendorAnswerTest, ReadsTheSameByteByByteWithEveryLineEndAndCommentsBetween) {
  for (const char* line_end : {"\n", "\r\n", "\r"}) {
    std::string body;
    for (const std::string& event : GetParam().stream(kTexts, Ending::kStop)) {
      for (const char byte : ": keep-alive\n\nid: 7\nretry: 10\n" + event) {
        body += byte == '\n' ? line_end : std::string(1, byte);
      }
    }
    const Reading read = Read(Bytes(body), true);
    ASSERT_TRUE(read.answer.ok()) << read.answer.status();
    EXPECT_EQ(read.streamed, kText);
  }
}

TEST_P(VendorAnswerTest, ReadsDataOverSeveralLines) {
  std::string body = Stream();
  for (size_t at = 0; (at = body.find("\":", at)) != std::string::npos; at += 2) body.replace(at, 2, "\":\ndata: ");
  const Reading read = Read({body}, true);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.streamed, kText);
}

TEST_P(VendorAnswerTest, IgnoresUnknownEventsAndFields) {
  std::string body =
      "event: news\ndata: {\"type\":\"news\",\"choices\":7,\"content\":{},\"output\":null}\n\n" + Stream();
  const Reading read = Read({body}, true);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.streamed, kText);
}

TEST_P(VendorAnswerTest, AWholeAnswerToAStreamedQuestionIsReadAsWell) {
  const Reading read = Read(Bytes(" \n" + GetParam().whole("whole", Ending::kStop)), true);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.streamed, "whole");
}

// No prefix of a stream passes for the whole, wherever it is cut.
TEST_P(VendorAnswerTest, AStreamThatEndsAnywhereBeforeItsEndIsCut) {
  const std::vector<std::string> events = GetParam().stream(kTexts, Ending::kStop);
  const std::string body = Join(events);
  // Where the text is known to be whole: after the event that brings the finish reason.
  size_t finished = std::string::npos;
  for (size_t count = 1, size = 0; count <= events.size(); ++count) {
    size += events[count - 1].size();
    if (Read({body.substr(0, size)}, true).answer.ok()) {
      finished = size;
      break;
    }
  }
  ASSERT_NE(finished, std::string::npos);
  for (size_t end = 0; end < body.size(); ++end) {
    const Reading read = Read({body.substr(0, end)}, true);
    if (end >= finished) {
      ASSERT_TRUE(read.answer.ok()) << end << read.answer.status();
      ASSERT_EQ(read.streamed, kText) << end;
    } else {
      ASSERT_EQ(ErrorReason(read.answer.status()), "PROVIDER_CUT") << end;
    }
  }
}

TEST_P(VendorAnswerTest, AnErrorWithinAStreamIsAnErrorAfterItsText) {
  const Reading read = Read({Unfinished() + GetParam().error_event}, true);
  EXPECT_EQ(ErrorReason(read.answer.status()), "PROVIDER_UNAVAILABLE") << read.answer.status();
  EXPECT_EQ(read.streamed, "first words");
  EXPECT_TRUE(RetryDelay(read.answer.status()).has_value());
}

// A stream sent as one array: Gemini, where something on the way lost `alt=sse`.
TEST(GeminiAnswerTest, AnArrayIsReadToItsEnd) {
  const std::unique_ptr<const Dialect> dialect = VendorNamed("GeminiGenerate").dialect();
  const VendorOptions options;
  const auto read = [&](const std::string& body) {
    VendorAnswer answer(options, *dialect, "m", nullptr);
    EXPECT_TRUE(answer.OnHead({.status = 200, .headers = {}}).ok());
    EXPECT_TRUE(answer.OnData(body).ok());
    const AnswerOr outcome = answer.Finish(absl::OkStatus());
    return outcome.ok() ? outcome->text : ErrorReason(outcome.status());
  };
  const std::string par = R"({"candidates":[{"content":{"parts":[{"text":"Par"}]}}]})";
  const std::string is = R"({"candidates":[{"content":{"parts":[{"text":"is."}]},"finishReason":"STOP"}]})";
  EXPECT_EQ(read("[" + par + "," + is + "]"), "Paris.");
  EXPECT_EQ(read("[" + par + R"(,{"error":{"code":503,"message":"m"}}])"), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(read("[" + par + "]"), "PROVIDER_CUT");
  EXPECT_EQ(read("[" + par + "," + par + "]"), "PROVIDER_CUT");
  EXPECT_EQ(read("[" + is + "]"), "is.");
  EXPECT_EQ(read("[]"), "PROVIDER_GARBAGE");
  EXPECT_EQ(read("[" + is + ",1]"), "PROVIDER_GARBAGE");
}

TEST(ResponsesAnswerTest, AWholeAnswerThatIsNotFinishedIsCutAndOneThatWasFilteredIsNot) {
  const std::unique_ptr<const Dialect> dialect = VendorNamed("OpenAiResponses").dialect();
  const VendorOptions options;
  const auto read = [&](const std::string& body) {
    VendorAnswer answer(options, *dialect, "m", nullptr);
    EXPECT_TRUE(answer.OnHead({.status = 200, .headers = {}}).ok());
    EXPECT_TRUE(answer.OnData(body).ok());
    return answer.Finish(absl::OkStatus());
  };
  const AnswerOr filtered =
      read(R"({"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]})");
  ASSERT_TRUE(filtered.ok()) << filtered.status();
  EXPECT_EQ(filtered->finish_reason, FinishReason::kContentFilter);
  EXPECT_EQ(ErrorReason(read(R"({"status":"in_progress","output":[{"type":"message"}]})").status()), "PROVIDER_CUT");
}

TEST_P(VendorAnswerTest, WhatIsNoAnswerIsGarbage) {
  for (const char* body : {"", "{}", "[]", "[1]", "null", "<html>Bad gateway</html>", "{\"choices\":[]}",
                           "{\"candidates\":[]}", "{\"type\":\"x\"}", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(ReasonOf(body, false), "PROVIDER_GARBAGE") << body;
  }
  const std::string whole = GetParam().whole("x", Ending::kStop);
  for (size_t end = 1; end < whole.size(); ++end) {
    ASSERT_EQ(ReasonOf(whole.substr(0, end), false), "PROVIDER_GARBAGE") << end;
  }
  EXPECT_EQ(ReasonOf("<html>Bad gateway</html>", true), "PROVIDER_GARBAGE");
  EXPECT_EQ(ReasonOf(Unfinished() + "data: hello\n\n", true), "PROVIDER_GARBAGE");
  EXPECT_EQ(ReasonOf(Unfinished() + "data: {\"a\":\"\xff\"}\n\n", true), "PROVIDER_GARBAGE");
  EXPECT_EQ(ReasonOf("", true), "PROVIDER_CUT");
}

TEST_P(VendorAnswerTest, ASuccessWithAnErrorBodyIsAnError) {
  for (const bool stream : {false, true}) {
    EXPECT_EQ(ReasonOf(R"({"error":{"message":"m","code":429}})", stream), "PROVIDER_RATE_LIMIT");
    EXPECT_EQ(ReasonOf(R"({"type":"error","error":{"type":"rate_limit_error","message":"m"}})", stream),
              "PROVIDER_RATE_LIMIT");
    EXPECT_EQ(ReasonOf(R"([{"error":{"status":"RESOURCE_EXHAUSTED","message":"m"}}])", stream), "PROVIDER_RATE_LIMIT");
    EXPECT_EQ(ReasonOf(R"({"error":{"code":"insufficient_quota"}})", stream), "PROVIDER_QUOTA");
  }
}

TEST_P(VendorAnswerTest, WithoutUsageTheCountsAreUnknown) {
  std::string body = GetParam().whole("x", Ending::kStop);
  for (const std::string name : {"\"usage\"", "\"usageMetadata\""}) {
    if (const size_t at = body.find(name); at != std::string::npos) body.replace(at, name.size(), "\"other\"");
  }
  const Reading read = Read({body}, false);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_FALSE(read.answer->usage.reported);
}

TEST_P(VendorAnswerTest, CountsThatAreNoneAreUnknownAndMadeUpOnesDoNotOverflow) {
  static const std::regex kCount(R"re(("\w*(?:[tT]okens|TokenCount)\w*":)\d+)re");
  const std::string body = GetParam().whole("x", Ending::kStop);
  const Reading unknown = Read({std::regex_replace(body, kCount, "$1\"many\"")}, false);
  ASSERT_TRUE(unknown.answer.ok()) << unknown.answer.status();
  EXPECT_FALSE(unknown.answer->usage.reported);
  for (const std::string count : {"9223372036854775807", "18446744073709551615"}) {
    const std::string lying = std::regex_replace(body, kCount, "$01" + count);
    const Reading read = Read({lying}, false);
    ASSERT_TRUE(read.answer.ok()) << read.answer.status();
    const Usage& usage = read.answer->usage;
    EXPECT_TRUE(usage.reported);
    for (const int64_t tokens : {usage.input_tokens, usage.output_tokens}) {
      EXPECT_GE(tokens, kMaxCount) << lying;
      EXPECT_LE(tokens, 3 * kMaxCount) << lying;
    }
  }
}

TEST_P(VendorAnswerTest, EventsWithoutDataOnlyKeepTheConnection) {
  const Reading read = Read({"data:\n\nevent: keep-alive\ndata: \n\n" + Stream()}, true);
  ASSERT_TRUE(read.answer.ok()) << read.answer.status();
  EXPECT_EQ(read.streamed, kText);
}

INSTANTIATE_TEST_SUITE_P(All, VendorAnswerTest, testing::ValuesIn(AllVendors()),
                         [](const auto& vendor) { return vendor.param.name; });

}  // namespace
}  // namespace attune
