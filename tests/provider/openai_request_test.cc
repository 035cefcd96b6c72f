// The body of a chat completion request.
#include <gtest/gtest.h>

#include "provider/openai_chat.h"
#include "provider/vendor_request.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

std::string Body(const ModelRequest& request, bool stream = false, const OpenAiFields& fields = {}) {
  return OpenAiChat(fields).Body(request, stream);
}

TEST(OpenAiRequestTest, SendsOnlyWhatWasSet) {
  EXPECT_EQ(Body(Ask("hi")), R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
}

TEST(OpenAiRequestTest, SendsEveryRole) {
  ModelRequest request = Ask("u");
  request.messages = {{Role::kSystem, "s"}, {Role::kDeveloper, "d"}, {Role::kUser, "u"}, {Role::kAssistant, ""}};
  EXPECT_EQ(Body(request), R"({"model":"m","messages":[{"role":"system","content":"s"},)"
                           R"({"role":"developer","content":"d"},{"role":"user","content":"u"},)"
                           R"({"role":"assistant","content":""}]})");
}

TEST(OpenAiRequestTest, SendsSetParametersAndZeroIsSet) {
  ModelRequest request = Ask("q");
  request.parameters.temperature = 0;
  request.parameters.top_p = 0.1;
  request.parameters.max_tokens = 5;
  request.parameters.seed = 0;
  request.parameters.stop = {"\n", "END"};
  request.parameters.model = "other/ignored";
  request.parameters.max_examples = 3;
  EXPECT_EQ(Body(request), R"({"model":"m","messages":[{"role":"user","content":"q"}],"temperature":0,"top_p":0.1,)"
                           R"("max_completion_tokens":5,"seed":0,"stop":["\n","END"]})");
}

TEST(OpenAiRequestTest, AsksForUsageAtTheEndOfAStream) {
  EXPECT_EQ(Body(Ask("q"), true), R"({"model":"m","messages":[{"role":"user","content":"q"}],"stream":true,)"
                                  R"("stream_options":{"include_usage":true}})");
  OpenAiFields fields;
  fields.stream_usage = false;
  EXPECT_EQ(Body(Ask("q"), true, fields), R"({"model":"m","messages":[{"role":"user","content":"q"}],"stream":true})");
}

TEST(OpenAiRequestTest, SendsTheSchema) {
  ModelRequest request = Ask("q");
  request.response_schema = R"({"type":"object"})";
  EXPECT_EQ(Body(request), R"({"model":"m","messages":[{"role":"user","content":"q"}],"response_format":)"
                           R"({"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}})");
}

TEST(OpenAiRequestTest, RefusesASchemaThatWouldSpoilTheBody) {
  ModelRequest request = Ask("q");
  for (const char* bad : {"{", "[]", "1", "{} , \"n\": 9", "\"x\""}) {
    request.response_schema = bad;
    EXPECT_EQ(ErrorReason(CheckResponseSchema(request)), "BAD_RESPONSE_SCHEMA") << bad;
  }
  request.response_schema = "{}";
  EXPECT_TRUE(CheckResponseSchema(request).ok());
}

TEST(OpenAiRequestTest, NeverNamesTheEndUser) {
  ModelRequest request = Ask("q");
  request.user = "alice@example.com";
  const std::string body = Body(request);
  EXPECT_EQ(body.find("alice"), std::string::npos);
  EXPECT_NE(body.find(R"("safety_identifier":")"), std::string::npos);
}

TEST(OpenAiRequestTest, EscapesText) {
  EXPECT_NE(Body(Ask("\"\\\n\x01\u00e9")).find("\\\"\\\\\\n\\u0001\u00e9"), std::string::npos);
}

TEST(OpenAiRequestTest, OtherServersGetTheFieldsThatTheyKnow) {
  for (const char* url : {"https://api.openai.com/v1", "https://api.openai.com/v1/"}) {
    EXPECT_EQ(OpenAiFieldsFor(url).max_tokens, "max_completion_tokens");
    EXPECT_EQ(OpenAiFieldsFor(url).user, "safety_identifier");
  }
  const OpenAiFields other = OpenAiFieldsFor("http://localhost:11434/v1");
  EXPECT_EQ(other.max_tokens, "max_tokens");
  EXPECT_EQ(other.user, "");
}

}  // namespace
}  // namespace attune
