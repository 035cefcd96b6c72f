// Every form that a chat completion comes in, from OpenAI and from those that copy it, read whole and cut at every
// byte. What holds for all vendors is in vendor_answer_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/openai_chat.h"
#include "provider/vendor_answer.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

constexpr bool kPlain = false;
constexpr bool kStreamed = true;

struct Case {
  const char* name;
  bool streamed;
  std::string body;
  std::string text;    // all of it, also that which came before an error
  const char* reason;  // empty: success
  FinishReason finish = FinishReason::kUnspecified;
};

std::string Delta(const std::string& json) { return "data: {\"choices\":[{\"index\":0,\"delta\":" + json + "}]}\n\n"; }
std::string Text(const std::string& text) { return Delta("{\"content\":\"" + text + "\"}"); }
std::string End(const std::string& reason) {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n";
}
const char kDone[] = "data: [DONE]\n\n";

std::string Whole(const std::string& message, const std::string& finish = "\"stop\"") {
  return "{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":" + finish + "}]}";
}

std::vector<Case> WholeAnswers() {
  return {
      {"an answer", kPlain, Whole("{\"role\":\"assistant\",\"content\":\"hi \\u00e9\"}"), "hi \u00e9", "",
       FinishReason::kStop},
      {"fields in another order", kPlain,
       "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"x\"}}]}", "x", "", FinishReason::kStop},
      {"white space before it", kPlain, "\n\n  " + Whole("{\"content\":\"x\"}"), "x", "", FinishReason::kStop},
      {"null content", kPlain, Whole("{\"content\":null}"), "", "", FinishReason::kStop},
      {"all spent on thinking", kPlain, Whole("{\"content\":\"\"}", "\"length\""), "", "", FinishReason::kLength},
      {"cut off", kPlain, Whole("{\"content\":\"x\"}", "\"length\""), "x", "", FinishReason::kLength},
      {"cut off, Mistral", kPlain, Whole("{\"content\":\"x\"}", "\"model_length\""), "x", "", FinishReason::kLength},
      {"ended, Together", kPlain, Whole("{\"content\":\"x\"}", "\"eos\""), "x", "", FinishReason::kStop},
      {"ended, TGI", kPlain, Whole("{\"content\":\"x\"}", "\"eos_token\""), "x", "", FinishReason::kStop},
      {"stop text, TGI", kPlain, Whole("{\"content\":\"x\"}", "\"stop_sequence\""), "x", "", FinishReason::kStop},
      {"filtered", kPlain, Whole("{\"content\":\"x\"}", "\"content_filter\""), "x", "", FinishReason::kContentFilter},
      {"refused", kPlain, Whole("{\"content\":null,\"refusal\":\"No.\"}"), "No.", "", FinishReason::kRefusal},
      {"tool call", kPlain, Whole("{\"content\":null,\"tool_calls\":[]}", "\"tool_calls\""), "", "",
       FinishReason::kOther},
      {"no finish reason", kPlain, Whole("{\"content\":\"x\"}", "null"), "x", "", FinishReason::kUnspecified},
      {"parts", kPlain,
       Whole("{\"content\":[{\"type\":\"thinking\",\"thinking\":[]},{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
             "\"text\",\"text\":\"b\"}]}"),
       "ab", "", FinishReason::kStop},
      {"null error", kPlain, "{\"error\":null,\"choices\":[{\"message\":{\"content\":\"x\"}}]}", "x", ""},
      {"null byte in the text", kPlain, Whole("{\"content\":\"a\\u0000b\"}"), std::string("a\0b", 3), "",
       FinishReason::kStop},
      {"only the first choice", kPlain,
       "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"b\"}},{\"index\":0,\"message\":{\"content\":\"a\"}}]}",
       "a", ""},
      {"empty body", kPlain, "", "", "PROVIDER_GARBAGE"},
      {"HTML", kPlain, "<html>hello</html>", "", "PROVIDER_GARBAGE"},
      {"half a JSON", kPlain, "{\"choices\":[{\"message\":{\"content\":\"x", "", "PROVIDER_GARBAGE"},
      {"another JSON", kPlain, "[1, 2]", "", "PROVIDER_GARBAGE"},
      {"no choices", kPlain, "{\"id\":\"x\"}", "", "PROVIDER_GARBAGE"},
      {"empty choices", kPlain, "{\"choices\":[]}", "", "PROVIDER_GARBAGE"},
      {"choices of another type", kPlain, "{\"choices\":{\"a\":1}}", "", "PROVIDER_GARBAGE"},
      {"bad UTF-8", kPlain, Whole("{\"content\":\"\xff\xfe\"}"), "", "PROVIDER_GARBAGE"},
      {"lone surrogate", kPlain, Whole("{\"content\":\"\\ud83d\"}"), "", "PROVIDER_GARBAGE"},
      {"a deep JSON", kPlain, std::string(100'000, '['), "", "PROVIDER_GARBAGE"},
      {"error in a success", kPlain, "{\"error\":{\"message\":\"m\",\"code\":502}}", "", "PROVIDER_UNAVAILABLE"},
      {"error text in a success", kPlain, "{\"error\":\"model is loading\"}", "", "PROVIDER_UNAVAILABLE"},
      {"rate limit in a success", kPlain, "{\"error\":{\"code\":429},\"choices\":[]}", "", "PROVIDER_RATE_LIMIT"},
      {"old vLLM error", kPlain, "{\"object\":\"error\",\"message\":\"m\",\"code\":400}", "",
       "MODEL_REFUSED_PARAMETER"},
  };
}

std::vector<Case> StreamedAnswers() {
  return {
      {"a stream", kStreamed,
       Delta("{\"role\":\"assistant\",\"content\":\"\"}") + Text("Hel") + Text("lo \u00e9\U0001F600") + End("stop") +
           kDone,
       "Hello \u00e9\U0001F600", "", FinishReason::kStop},
      {"null content first, llama.cpp", kStreamed, Delta("{\"content\":null}") + Text("a") + End("stop") + kDone, "a",
       "", FinishReason::kStop},
      {"empty choices first and last, Azure", kStreamed,
       "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n" + Text("a") + End("stop") +
           "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n" + kDone,
       "a", "", FinishReason::kStop},
      {"text with the finish reason, vLLM", kStreamed,
       "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}],\"usage\":null}\n\n" +
           std::string(kDone),
       "a", "", FinishReason::kLength},
      {"other choices between", kStreamed,
       Text("a") + "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}}]}\n\n" + Text("b") + End("stop") +
           kDone,
       "ab", "", FinishReason::kStop},
      {"comments and other events", kStreamed,
       ": OPENROUTER PROCESSING\n\n" + Text("a") + "event: ping\ndata: {}\n\n: x\n\n" + End("stop") + kDone, "a", "",
       FinishReason::kStop},
      {"data over several lines", kStreamed,
       "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"}}]}\n\n" + End("stop") + kDone, "a", "",
       FinishReason::kStop},
      {"refused", kStreamed, Delta("{\"refusal\":\"I \"}") + Delta("{\"refusal\":\"won't\"}") + End("stop") + kDone,
       "I won't", "", FinishReason::kRefusal},
      {"filtered", kStreamed, Text("a") + End("content_filter") + kDone, "a", "", FinishReason::kContentFilter},
      {"finish reason and no end mark", kStreamed, Text("a") + End("stop"), "a", "", FinishReason::kStop},
      {"end mark and no finish reason", kStreamed, Text("a") + kDone, "a", ""},
      {"anything after the end mark", kStreamed, Text("a") + End("stop") + kDone + "data: garbage\n\n", "a", "",
       FinishReason::kStop},
      {"a whole answer to a stream request", kStreamed, " \n" + Whole("{\"content\":\"whole\"}"), "whole", "",
       FinishReason::kStop},
      {"nothing", kStreamed, "", "", "PROVIDER_CUT"},
      {"only comments", kStreamed, ": hello\n\n", "", "PROVIDER_CUT"},
      {"no end", kStreamed, Text("a") + Text("b"), "ab", "PROVIDER_CUT"},
      {"cut within an event", kStreamed, Text("a") + "data: {\"choices\":[{\"del", "a", "PROVIDER_CUT"},
      {"cut within a character", kStreamed, Text("a") + "data: {\"choices\":[{\"delta\":{\"content\":\"\xF0\x9F", "a",
       "PROVIDER_CUT"},
      {"cut before the blank line", kStreamed, Text("a") + "data: [DONE]\n", "a", "PROVIDER_CUT"},
      {"end mark alone", kStreamed, kDone, "", "PROVIDER_GARBAGE"},
      {"HTML", kStreamed, "<!DOCTYPE html><p>Bad gateway</p>", "", "PROVIDER_GARBAGE"},
      {"no JSON", kStreamed, Text("a") + "data: hello\n\n", "a", "PROVIDER_GARBAGE"},
      {"bad UTF-8", kStreamed, Text("a") + Text("\xC3") + End("stop") + kDone, "a", "PROVIDER_GARBAGE"},
      {"a character torn over two events", kStreamed, Text("\xC3") + Text("\xA9") + kDone, "", "PROVIDER_GARBAGE"},
      {"error within", kStreamed,
       Text("a") + "data: {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}\n\n" + kDone, "a",
       "PROVIDER_UNAVAILABLE"},
      {"error with choices", kStreamed, "data: {\"choices\":[],\"error\":{\"code\":401,\"message\":\"m\"}}\n\n", "",
       "PROVIDER_KEY_REFUSED"},
      {"error event", kStreamed, Text("a") + "event: error\ndata: {\"message\":\"m\"}\n\n", "a",
       "PROVIDER_UNAVAILABLE"},
      {"finish reason error, Mistral", kStreamed, Text("a") + End("error") + kDone, "a", "PROVIDER_UNAVAILABLE"},
      {"over-long prompt in a stream", kStreamed,
       "data: {\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":\"m\"}}\n\n", "",
       "PROVIDER_PROMPT_TOO_LONG"},
      {"over-long prompt in a stream, in words alone", kStreamed,
       "data: {\"error\":{\"message\":\"the request exceeds the available context size\"}}\n\n", "",
       "PROVIDER_PROMPT_TOO_LONG"},
      {"error instead of a stream", kStreamed, "{\"error\":{\"code\":\"insufficient_quota\"}}", "", "PROVIDER_QUOTA"},
  };
}

std::vector<Case> AllCases() {
  std::vector<Case> cases = WholeAnswers();
  for (Case& c : StreamedAnswers()) cases.push_back(std::move(c));
  return cases;
}

// Feeds the pieces as the HTTP client would.
void Check(const Case& c, const std::vector<std::string>& pieces, const std::string& how) {
  const VendorOptions options;
  const OpenAiChat dialect;
  KeepingTextSink sink;
  VendorAnswer answer(options, dialect, "m", c.streamed ? &sink : nullptr);
  HttpHead head;
  head.status = 200;
  absl::Status sent = answer.OnHead(head);
  for (const std::string& piece : pieces) {
    if (sent.ok()) sent = answer.OnData(piece);
  }
  const AnswerOr result = answer.Finish(sent);
  ASSERT_EQ(ErrorReason(result.status()), c.reason) << c.name << how << ": " << result.status();
  if (c.streamed) {
    ASSERT_EQ(sink.text(), c.text) << c.name << how;
  }
  if (!result.ok()) return;
  ASSERT_EQ(result->text, c.text) << c.name << how;
  ASSERT_EQ(result->finish_reason, c.finish) << c.name << how;
}

TEST(OpenAiChatAnswerTest, ReadsEveryFormWhole) {
  for (const Case& c : AllCases()) Check(c, {c.body}, "");
}

TEST(OpenAiChatAnswerTest, ReadsTheSameCutAtEveryByte) {
  for (const Case& c : AllCases()) {
    if (c.body.size() > 5000) continue;
    for (size_t cut = 0; cut <= c.body.size(); ++cut) {
      Check(c, {c.body.substr(0, cut), c.body.substr(cut)}, " cut at " + std::to_string(cut));
    }
  }
}

TEST(OpenAiChatAnswerTest, ReadsTheSameByteByByteAndWithOtherLineEnds) {
  for (Case c : AllCases()) {
    for (const char* line_end : {"\n", "\r\n", "\r"}) {
      if (c.streamed && c.body.find('\n') == std::string::npos) continue;
      std::string body;
      std::vector<std::string> bytes;
      for (const char byte : c.body) body += byte == '\n' ? line_end : std::string(1, byte);
      for (const char byte : body) bytes.push_back(std::string(1, byte));
      Check(c, bytes, " byte by byte");
      Check(c, {body}, " with other line ends");
    }
  }
}

TEST(OpenAiChatAnswerTest, ReadsUsageAndModel) {
  const std::string usage =
      "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
      "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":2}}";
  const VendorOptions options;
  const OpenAiChat dialect;
  for (const std::string& body :
       {"{\"model\":\"m-2\",\"choices\":[{\"message\":{\"content\":\"x\"}}]," + usage + "}",
        Text("x") + End("stop") + "data: {\"model\":\"m-2\",\"choices\":[]," + usage + "}\n\n" + kDone}) {
    KeepingTextSink sink;
    VendorAnswer answer(options, dialect, "m", &sink);
    ASSERT_TRUE(answer.OnHead({.status = 200, .headers = {}}).ok());
    ASSERT_TRUE(answer.OnData(body).ok());
    const AnswerOr result = answer.Finish(absl::OkStatus());
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->model, "m-2");
    EXPECT_TRUE(result->usage.reported);
    EXPECT_EQ(result->usage.input_tokens, 10);
    EXPECT_EQ(result->usage.cached_input_tokens, 4);
    EXPECT_EQ(result->usage.output_tokens, 5);
    EXPECT_EQ(result->usage.reasoning_tokens, 2);
  }
}

TEST(OpenAiChatAnswerTest, WithoutUsageTheCountsAreUnknown) {
  const VendorOptions options;
  const OpenAiChat dialect;
  VendorAnswer answer(options, dialect, "m", nullptr);
  ASSERT_TRUE(answer.OnHead({.status = 200, .headers = {}}).ok());
  ASSERT_TRUE(answer.OnData(Whole("{\"content\":\"x\"}")).ok());
  EXPECT_FALSE(answer.Finish(absl::OkStatus())->usage.reported);
}

TEST(OpenAiChatAnswerTest, JoinsTheTextThatArrivesTogether) {
  const VendorOptions options;
  const OpenAiChat dialect;
  KeepingTextSink sink;
  VendorAnswer answer(options, dialect, "m", &sink);
  ASSERT_TRUE(answer.OnHead({.status = 200, .headers = {}}).ok());
  ASSERT_TRUE(answer.OnData(Text("a") + Text("b") + Text("c")).ok());
  ASSERT_TRUE(answer.OnData(Text("d")).ok());
  EXPECT_THAT(sink.deltas, testing::ElementsAre("abc", "d"));
}

TEST(OpenAiChatAnswerTest, AnErrorBodyIsReadOnlySoFar) {
  const VendorOptions options;
  const OpenAiChat dialect;
  VendorAnswer answer(options, dialect, "m", nullptr);
  ASSERT_TRUE(answer.OnHead({.status = 500, .headers = {}}).ok());
  EXPECT_FALSE(answer.Complete());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(answer.OnData(std::string(10'000, 'x')).ok());
  EXPECT_TRUE(answer.Complete());
  EXPECT_EQ(ErrorReason(answer.Finish(absl::OkStatus()).status()), "PROVIDER_UNAVAILABLE");
}

}  // namespace
}  // namespace attune
