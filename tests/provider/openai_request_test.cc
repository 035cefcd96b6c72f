// The body of a chat completion request.
#include <gtest/gtest.h>

#include "provider/openai_servers.h"
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
  EXPECT_EQ(other.developer_role, "system");
}

// All of one request to each server that is known by name.
ModelRequest FullRequest() {
  ModelRequest request = Ask("q");
  request.messages = {{Role::kDeveloper, "d"}, {Role::kUser, "q"}};
  request.parameters.max_tokens = 5;
  request.parameters.seed = 7;
  request.user = "u";
  return request;
}

struct Server {
  const char* name;
  const char* role;
  std::string tail;  // of the body, after the messages
};

TEST(OpenAiRequestTest, EachKnownServerGetsWhatItKnows) {
  const std::string usage = R"(,"stream":true,"stream_options":{"include_usage":true}})";
  const std::string user = StrCat("\"", UserHash("u"), "\"");
  const std::string common = R"("max_tokens":5,"seed":7)" + usage;
  const std::string with_user = StrCat(R"("max_tokens":5,"seed":7,"user":)", user, usage);
  const std::string modern = StrCat(R"("max_completion_tokens":5,"seed":7,"user":)", user, usage);
  const std::vector<Server> servers = {
      {"azure", "developer", modern},
      {"azure-dated", "system", with_user},
      {"groq", "system", modern},
      {"llama.cpp", "system", common},
      {"mistral", "system", R"("max_tokens":5,"random_seed":7,"stream":true})"},
      {"ollama", "system", common},
      {"openai", "developer", StrCat(R"("max_completion_tokens":5,"seed":7,"safety_identifier":)", user, usage)},
      {"openrouter", "system", with_user},
      {"vllm", "system", common}};
  std::string names;
  for (const Server& server : servers) {
    StrAppend(&names, names.empty() ? "" : ", ", server.name);
    const OpenAiServer* known = FindOpenAiServer(server.name);
    ASSERT_NE(known, nullptr) << server.name;
    EXPECT_EQ(Body(FullRequest(), true, known->fields),
              StrCat(R"({"model":"m","messages":[{"role":")", server.role,
                     R"(","content":"d"},{"role":"user","content":"q"}],)", server.tail))
        << server.name;
  }
  EXPECT_EQ(OpenAiServerNames(), names);
  EXPECT_EQ(FindOpenAiServer("Ollama"), nullptr);
}

TEST(OpenAiRequestTest, TheModelMayStandInThePathAndLeadsNowhereElse) {
  const OpenAiChat plain, azure(FindOpenAiServer("azure-dated")->fields);
  EXPECT_EQ(plain.Path(Ask("q", "a/b"), false), "/chat/completions");
  EXPECT_TRUE(plain.Check(Ask("q", "../a?b")).ok()) << "it is not in the path";
  EXPECT_EQ(azure.Path(Ask("q", "gpt-4o_mini.1"), true), "/openai/deployments/gpt-4o_mini.1/chat/completions");
  EXPECT_TRUE(azure.Check(Ask("q", "gpt-4o_mini.1")).ok());
  for (const char* bad : {"a/b", "..", ".", "a?b", "a#b", "a b", "a%2e", "{model}"}) {
    EXPECT_EQ(ErrorReason(azure.Check(Ask("q", bad))), "BAD_MODEL") << bad;
  }
}

}  // namespace
}  // namespace attune
