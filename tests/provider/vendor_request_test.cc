// What each vendor is sent; chat completions have a test of their own.
#include "provider/vendor_request.h"

#include <gtest/gtest.h>

#include "provider/anthropic_messages.h"
#include "provider/gemini_generate.h"
#include "provider/openai_completions.h"
#include "provider/openai_responses.h"
#include "tests/provider/provider_call.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

ModelRequest FullRequest() {
  ModelRequest request;
  request.model = "m";
  request.messages = {{Role::kSystem, "s"},
                      {Role::kUser, "q1"},
                      {Role::kAssistant, "a1"},
                      {Role::kDeveloper, "d"},
                      {Role::kUser, "q2"}};
  request.parameters.temperature = 0;
  request.parameters.top_p = 0.5;
  request.parameters.max_tokens = 7;
  request.parameters.seed = 0;
  request.parameters.stop = {"END"};
  request.response_schema = R"({"type":"object"})";
  return request;
}

TEST(VendorRequestTest, EveryVendorSendsOnlyWhatWasSet) {
  for (const VendorWire& wire : AllVendors()) EXPECT_EQ(wire.dialect()->Body(Ask("2+2?"), false), wire.body) << wire;
}

TEST(VendorRequestTest, NoVendorLearnsWhoTheEndUserIs) {
  ModelRequest request = Ask("q");
  request.user = "alice@example.com";
  for (const VendorWire& wire : AllVendors()) {
    EXPECT_EQ(wire.dialect()->Body(request, true).find("alice"), std::string::npos) << wire;
  }
}

TEST(VendorRequestTest, WithoutAKeyNoVendorIsSentOne) {
  for (const VendorWire& wire : AllVendors()) {
    for (const std::string& header : wire.dialect()->Headers("")) {
      EXPECT_EQ(header.find("uthorization"), std::string::npos) << wire;
      EXPECT_EQ(header.find("-key"), std::string::npos) << wire;
    }
  }
}

TEST(VendorRequestTest, Anthropic) {
  ModelRequest request = FullRequest();
  request.user = "u";
  EXPECT_EQ(AnthropicMessages().Body(request, true),
            R"({"model":"m","max_tokens":7,"system":"s\n\nd","messages":[{"role":"user","content":"q1"},)"
            R"({"role":"assistant","content":"a1"},{"role":"user","content":"q2"}],"temperature":0,"top_p":0.5,)"
            R"("stop_sequences":["END"],"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},)"
            R"("metadata":{"user_id":")" +
                UserHash("u") + R"("},"stream":true})");
  const std::vector<std::string> headers = AnthropicMessages().Headers("k");
  EXPECT_EQ(headers, (std::vector<std::string>{"anthropic-version: 2023-06-01", "x-api-key: k"}));
}

TEST(VendorRequestTest, Gemini) {
  EXPECT_EQ(GeminiGenerate().Body(FullRequest(), true),
            R"({"systemInstruction":{"parts":[{"text":"s\n\nd"}]},"contents":[{"role":"user","parts":[{"text":"q1"}]},)"
            R"({"role":"model","parts":[{"text":"a1"}]},{"role":"user","parts":[{"text":"q2"}]}],)"
            R"("generationConfig":{"temperature":0,"topP":0.5,"maxOutputTokens":7,"seed":0,"stopSequences":["END"],)"
            R"("responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}})");
}

TEST(VendorRequestTest, TheModelIsPartOfGeminisAddressAndLeadsNowhereElse) {
  const GeminiGenerate gemini;
  EXPECT_EQ(gemini.Path(Ask("q", "gemini-2.5-pro"), false), "/models/gemini-2.5-pro:generateContent");
  EXPECT_EQ(gemini.Path(Ask("q", "tunedModels/mine"), true), "/tunedModels/mine:streamGenerateContent?alt=sse");
  EXPECT_TRUE(gemini.Check(Ask("q", "gemini-2.5-pro")).ok());
  for (const char* bad : {"a?b", "../x", "a#b", "a b", "a%2e", "a:b", "a\nb", "a@b"}) {
    EXPECT_EQ(ErrorReason(gemini.Check(Ask("q", bad))), "BAD_MODEL") << bad;
  }
}

TEST(VendorRequestTest, Responses) {
  ModelRequest request = FullRequest();
  EXPECT_EQ(ErrorReason(OpenAiResponses().Check(request)), "MODEL_REFUSED_PARAMETER");
  request.parameters.stop.clear();
  EXPECT_TRUE(OpenAiResponses().Check(request).ok());
  EXPECT_EQ(OpenAiResponses().Body(request, true),
            R"({"model":"m","input":[{"role":"system","content":"s"},{"role":"user","content":"q1"},)"
            R"({"role":"assistant","content":"a1"},{"role":"developer","content":"d"},{"role":"user","content":"q2"}],)"
            R"("temperature":0,"top_p":0.5,"max_output_tokens":7,"text":{"format":{"type":"json_schema",)"
            R"("name":"answer","schema":{"type":"object"}}},"store":false,"stream":true})");
}

TEST(VendorRequestTest, Completions) {
  ModelRequest request = FullRequest();
  request.response_schema.clear();
  EXPECT_EQ(OpenAiCompletions().Body(request, true),
            R"({"model":"m","prompt":"s\n\nd\n\nUser: q1\nAssistant: a1\nUser: q2\nAssistant:","temperature":0,)"
            R"("top_p":0.5,"max_tokens":7,"seed":0,"stop":["END","\nUser:"],"stream":true,)"
            R"("stream_options":{"include_usage":true}})");
  request = Ask("q");
  request.response_schema = R"({"type":"object"})";
  request.parameters.stop = {"1", "2", "3", "4"};
  EXPECT_EQ(OpenAiCompletions().Body(request, false),
            R"({"model":"m","prompt":"Answer only with JSON that conforms to this JSON Schema: {\"type\":\"object\"})"
            R"(\n\nUser: q\nAssistant:","max_tokens":1024,"stop":["1","2","3","4"]})");
}

TEST(VendorRequestTest, GeminisBlockedPromptIsAFinishReason) {
  simdjson::dom::parser parser;
  JsonObject root;
  ASSERT_TRUE(ParseObject(parser, R"({"promptFeedback":{"blockReason":"SAFETY"}})", root));
  AnswerPart part;
  GeminiGenerate().ReadWhole(root, part);
  EXPECT_TRUE(part.is_answer);
  EXPECT_EQ(part.finish_reason, FinishReason::kContentFilter);
}

}  // namespace
}  // namespace attune
