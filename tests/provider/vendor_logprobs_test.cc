// What each vendor is asked for log-probabilities, and how they are read: by one exchange in its own words.
#include "provider/vendor_logprobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/vendor_answer.h"
#include "tests/provider/provider_call.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

struct Case {
  const char* vendor;
  const char* asked;  // in the body
  std::string whole;
  std::string stream;
};

const char kOpenAiTokens[] =
    R"([{"token":"4","logprob":-0.5,"bytes":[52],"top_logprobs":[{"token":"4","logprob":-0.5},{"token":"5","logprob":-2}]},)"
    R"({"token":"!","logprob":-9999.0,"bytes":null,"top_logprobs":[]},{"token":7,"logprob":"x"}])";

std::vector<Case> Cases() {
  const std::string chat = StrCat(R"("logprobs":{"content":)", kOpenAiTokens, "}");
  const std::string legacy =
      R"("logprobs":{"tokens":["4","!"],"token_logprobs":[-0.5,-9999.0],"top_logprobs":[{"5":-2,"4":-0.5},null]})";
  const std::string gemini =
      R"("logprobsResult":{"chosenCandidates":[{"token":"4","logProbability":-0.5},{"token":"!","logProbability":-9999}],)"
      R"("topCandidates":[{"candidates":[{"token":"4","logProbability":-0.5},{"token":"5","logProbability":-2}]}]})";
  const auto responses = [](const std::string& text) {
    return StrCat(R"({"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":")",
                  text, R"(","logprobs":)", kOpenAiTokens, "}]}]}");
  };
  return {
      {"OpenAiChat", R"("logprobs":true,"top_logprobs":2)",
       StrCat(R"({"choices":[{"index":0,"message":{"content":"4!"},"finish_reason":"stop",)", chat, "}]}"),
       StrCat(
           R"(data: {"choices":[{"index":0,"delta":{"content":"4!"},)", chat,
           "}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")},
      {"OpenAiResponses", R"("include":["message.output_text.logprobs"],"top_logprobs":2)", responses("4!"),
       StrCat(R"(data: {"type":"response.output_text.delta","delta":"4!","logprobs":)", kOpenAiTokens,
              "}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n")},
      {"OpenAiCompletions", R"("logprobs":2)",
       StrCat(R"({"choices":[{"index":0,"text":"4!","finish_reason":"stop",)", legacy, "}]}"),
       StrCat(R"(data: {"choices":[{"index":0,"text":"4!","finish_reason":"stop",)", legacy,
              "}]}\n\ndata: [DONE]\n\n")},
      {"GeminiGenerate", R"("responseLogprobs":true,"logprobs":2)",
       StrCat(R"({"candidates":[{"content":{"parts":[{"text":"4!"}]},"finishReason":"STOP",)", gemini, "}]}"),
       StrCat(R"(data: {"candidates":[{"content":{"parts":[{"text":"4!"}]},"finishReason":"STOP",)", gemini,
              "}]}\n\n")},
  };
}

VendorOptions OptionsOf(const char* vendor) {
  VendorOptions options;
  options.name = vendor;
  return options;
}

void ExpectLogprobs(const Case& c, const std::string& body, TextSink* sink) {
  const auto dialect = VendorNamed(c.vendor).dialect();
  const VendorOptions options = OptionsOf(c.vendor);
  VendorAnswer reader(options, *dialect, "m", sink);
  ASSERT_TRUE(reader.OnHead(HttpHead{.status = 200, .headers = {}}).ok());
  ASSERT_TRUE(reader.OnData(body).ok()) << c.vendor;
  const AnswerOr answer = reader.Finish(absl::OkStatus());
  ASSERT_TRUE(answer.ok()) << c.vendor << answer.status();
  ASSERT_EQ(answer->logprobs.size(), 2u) << c.vendor;
  EXPECT_EQ(answer->logprobs[0].token, "4");
  EXPECT_EQ(answer->logprobs[0].logprob, -0.5);
  EXPECT_THAT(answer->logprobs[0].top, testing::ElementsAre(testing::Pair("4", -0.5), testing::Pair("5", -2.0)));
  EXPECT_EQ(answer->logprobs[1].token, "!");
  EXPECT_EQ(answer->logprobs[1].logprob, -9999);
  EXPECT_THAT(answer->logprobs[1].top, testing::IsEmpty());
}

TEST(VendorLogprobsTest, EachVendorIsAskedAndReadInItsOwnWay) {
  for (const Case& c : Cases()) {
    ModelRequest request = Ask("2+2?");
    const auto dialect = VendorNamed(c.vendor).dialect();
    EXPECT_EQ(dialect->Body(request, false).find("logprobs"), std::string::npos) << c.vendor;
    request.parameters.top_logprobs = 2;
    ASSERT_TRUE(dialect->Check(request).ok());
    EXPECT_NE(dialect->Body(request, false).find(c.asked), std::string::npos) << dialect->Body(request, false);
    ExpectLogprobs(c, c.whole, nullptr);
    KeepingTextSink sink;
    ExpectLogprobs(c, c.stream, &sink);
    EXPECT_EQ(sink.text(), "4!");
  }
}

TEST(VendorLogprobsTest, AVendorWithoutThemSaysSo) {
  ModelRequest request = Ask("q");
  request.parameters.top_logprobs = 0;
  const absl::Status status = VendorNamed("AnthropicMessages").dialect()->Check(request);
  EXPECT_EQ(ErrorReason(status), "MODEL_REFUSED_PARAMETER");
  EXPECT_EQ(ErrorMetadata(status, "param"), "top_logprobs");
}

}  // namespace
}  // namespace attune
