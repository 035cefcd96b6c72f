// The real server in front of llmock, which plays ten vendors, fails in the ways that it is told, and judges from the
// requests that it got how its client took that. Others wrote both the failures and the judgement.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/strings.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/third_party_server.h"

namespace attune {
namespace {

using grpc::StatusCode;
using nlohmann::json;

constexpr const char* kApis[] = {"openai", "openai-responses", "anthropic", "gemini"};
constexpr char kText[] = "One two three four five six seven eight nine ten eleven twelve.";

// Vendors that speak OpenAI's chat API in ways of their own, by the paths at which llmock plays them.
constexpr struct {
  const char* provider;
  const char* path;
} kCompatible[] = {{"mistral", "/mistral/v1"},       {"groq", "/groq/openai/v1"}, {"together", "/together/v1"},
                   {"perplexity", "/perplexity/v1"}, {"ai21", "/ai21/v1"},        {"xai", "/xai/v1"}};

class Llmock : public testing::Test {
 protected:
  void SetUp() override {
    const std::string program = ThirdPartyProgram("llmock/bin/llmock");
    if (access(program.c_str(), X_OK) != 0) {
      GTEST_SKIP() << "llmock is not installed: there is no " << program << "; run tests/third_party/install";
    }
    vendor_.emplace(std::vector<std::string>{program, "serve", "--host", "127.0.0.1", "--port", "0"},
                    AttunedProcess::Environment{});
    ASSERT_TRUE(vendor_->running()) << vendor_->output();
    std::ofstream config(directory_.File("attune.yaml"));
    config << "providers:\n";
    for (const auto& vendor : kCompatible) {
      config << "  " << vendor.provider << ": {kind: openai, base_url: \"" << vendor_->url(vendor.path)
             << "\", headers: {Authorization: Bearer some-key}}\n";
    }
    config.close();
    server_.emplace(std::vector<std::string>{"--memory", "--config", directory_.File("attune.yaml")},
                    AttunedProcess::Environment{{"OPENAI_BASE_URL", vendor_->url("/v1")},
                                                {"OPENAI_API_KEY", "some-key"},
                                                {"ANTHROPIC_BASE_URL", vendor_->url("/anthropic/v1")},
                                                {"ANTHROPIC_API_KEY", "some-key"},
                                                {"GEMINI_BASE_URL", vendor_->url("/gemini/v1beta")},
                                                {"GEMINI_API_KEY", "some-key"}});
    ASSERT_TRUE(server_->running()) << server_->output();
    attune_ = Connect<v1::Attune>(server_->address());
    Script({{"type", "reply"}, {"text", kText}, {"times", nullptr}});
  }

  // What llmock does with the next request, or with all where `times` is null.
  void Script(const json& behavior) {
    const std::string answer = vendor_->Exchange("POST", "/_llmock/scenario", json{{"behaviors", {behavior}}}.dump());
    ASSERT_THAT(answer, testing::HasSubstr("queued")) << behavior;
  }

  void ForgetScript() { ASSERT_EQ(vendor_->Exchange("DELETE", "/_llmock/scenario", ""), R"({"pending":0})"); }

  json Report(const std::string& what) const {
    return json::parse(vendor_->Exchange("GET", "/_llmock/" + what, ""), nullptr, /*allow_exceptions=*/false);
  }

  // Each time another question, because llmock takes a second request with the same body for a retry.
  v1::AskRequest Question(const std::string& provider) {
    v1::AskRequest request;
    request.set_input(StrCat("What is ", ++questions_, "?"));
    request.set_user("someone");
    v1::Parameters& parameters = *request.mutable_overrides();
    parameters.set_model(provider + "/some-model");
    parameters.set_temperature(0.5);
    parameters.set_top_p(0.9);
    parameters.set_max_tokens(100);
    parameters.set_seed(7);
    return request;
  }

  void ExpectAnswer(const std::string& provider, v1::FinishReason finish_reason) {
    for (const auto ask : {AskWhole, AskStreamed}) {
      const Outcome outcome = ask(*attune_, Question(provider));
      ASSERT_TRUE(outcome.status.ok()) << provider << ": " << outcome.status.error_message();
      EXPECT_EQ(outcome.text, kText) << provider;
      EXPECT_EQ(outcome.finish_reason, finish_reason) << provider;
      EXPECT_EQ(outcome.model, provider + "/some-model");
      EXPECT_GT(outcome.usage.output_tokens(), 0) << provider;
      EXPECT_EQ(outcome.attempts, 1) << provider;
    }
  }

  const TemporaryDirectory directory_;
  std::optional<ThirdPartyServer> vendor_;
  std::optional<AttunedProcess> server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
  int questions_ = 0;
};

TEST_F(Llmock, AnswersAsEveryVendorThatItPlays) {
  for (const char* provider : kApis) ExpectAnswer(provider, v1::STOP);
  for (const auto& vendor : kCompatible) ExpectAnswer(vendor.provider, v1::STOP);
}

TEST_F(Llmock, AnAnswerThatItsTokenCapCutSaysSo) {
  ASSERT_NO_FATAL_FAILURE(ForgetScript());
  Script({{"type", "reply"}, {"text", kText}, {"finish_reason", "length"}, {"times", nullptr}});
  for (const char* provider : kApis) ExpectAnswer(provider, v1::LENGTH);
  for (const auto& vendor : kCompatible) ExpectAnswer(vendor.provider, v1::LENGTH);
}

TEST_F(Llmock, FindsNothingWrongWithHowFailuresAreTaken) {
  const json passing[] = {{{"type", "fail"}, {"status", 429}, {"retry_after", 0.4}},
                          {{"type", "fail"}, {"status", 503}},
                          {{"type", "stream_fault"}, {"kind", "disconnect"}, {"after_chunks", 0}},
                          {{"type", "stream_fault"}, {"kind", "truncate"}, {"after_chunks", 0}}};
  for (const char* provider : kApis) {
    for (const json& failure : passing) {
      ASSERT_NO_FATAL_FAILURE(Script(failure));
      const Outcome outcome = AskStreamed(*attune_, Question(provider));
      EXPECT_TRUE(outcome.status.ok()) << provider << failure << ": " << outcome.status.error_message();
      EXPECT_EQ(outcome.text, kText) << provider << failure;
      EXPECT_EQ(outcome.attempts, 2) << provider << failure;
    }
    for (const int status : {400, 401, 404}) {
      ASSERT_NO_FATAL_FAILURE(Script({{"type", "fail"}, {"status", status}}));
      EXPECT_FALSE(AskWhole(*attune_, Question(provider)).status.ok()) << provider << status;
    }
  }
  const json verdict = Report("verdict");
  EXPECT_EQ(verdict.value("calls", 0), 4 * 7) << verdict;
  EXPECT_EQ(verdict.value("faults_injected", 0), 4 * 7) << verdict;
  EXPECT_EQ(verdict.value("attempts", 0), 4 * (7 + 4)) << verdict;
  EXPECT_EQ(verdict.value("findings", json()), json::array());
}

TEST_F(Llmock, NoBrokenStreamIsTakenForAnAnswer) {
  const struct {
    const char* kind;
    StatusCode code;
    const char* reason;
  } kFaults[] = {{"disconnect", StatusCode::UNAVAILABLE, "PROVIDER_CUT"},
                 {"truncate", StatusCode::UNAVAILABLE, "PROVIDER_CUT"},
                 {"malformed", StatusCode::INTERNAL, "PROVIDER_GARBAGE"}};
  for (const char* provider : kApis) {
    for (const auto& fault : kFaults) {
      // By then each API has sent words, and none the last one.
      ASSERT_NO_FATAL_FAILURE(Script({{"type", "stream_fault"}, {"kind", fault.kind}, {"after_chunks", 8}}));
      const Outcome outcome = AskStreamed(*attune_, Question(provider));
      EXPECT_EQ(outcome.status.error_code(), fault.code) << provider << ": " << outcome.status.error_message();
      EXPECT_EQ(InfoOf(outcome.status).reason(), fault.reason) << provider << " " << fault.kind;
      EXPECT_THAT(kText, testing::StartsWith(outcome.text)) << provider << " " << fault.kind;
      EXPECT_GT(outcome.deltas, 0) << provider << " " << fault.kind;
      EXPECT_EQ(InfoOf(outcome.status).metadata().at("partial_text"), outcome.text);
    }
  }
  EXPECT_EQ(Report("requests").value("count", 0), 4 * 3) << "text that was streamed must not be asked for again";
}

TEST_F(Llmock, AnswersByTheSchemaOfThePrompt) {
  ASSERT_NO_FATAL_FAILURE(ForgetScript());
  v1::PutPromptRequest put;
  put.mutable_prompt()->set_name("sum");
  put.mutable_prompt()->add_messages()->set_role("user");
  put.mutable_prompt()->mutable_messages(0)->set_content("{{input}}");
  put.mutable_prompt()->set_response_schema(
      R"({"type": "object", "properties": {"sum": {"type": "integer"}, "sure": {"enum": ["yes", "no"]}},
          "required": ["sum", "sure"], "additionalProperties": false})");
  v1::PutPromptResponse stored;
  grpc::ClientContext context;
  const grpc::Status put_status = Connect<v1::Catalog>(server_->address())->PutPrompt(&context, put, &stored);
  ASSERT_TRUE(put_status.ok()) << put_status.error_message();
  for (const char* provider : {"openai", "openai-responses", "gemini", "mistral"}) {
    for (const auto ask : {AskWhole, AskStreamed}) {
      v1::AskRequest request = Question(provider);
      request.set_prompt("sum");
      const Outcome outcome = ask(*attune_, request);
      ASSERT_TRUE(outcome.status.ok()) << provider << ": " << outcome.status.error_message();
      const json answer = json::parse(outcome.text, nullptr, /*allow_exceptions=*/false);
      EXPECT_TRUE(answer.is_object() && answer.contains("sum") && answer.contains("sure")) << provider << answer;
    }
  }
}

}  // namespace
}  // namespace attune
