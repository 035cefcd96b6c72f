// The real server in front of aimock, a mock of the vendors' APIs that others wrote: whether it understands what
// attuned sends, and attuned what it answers, was decided without us. It answers by rules over the request as it read
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>

#include "base/strings.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/third_party_server.h"

namespace attune {
namespace {

using grpc::StatusCode;

constexpr const char* kModels[] = {"openai/gpt-4o-mini", "openai-responses/gpt-4o-mini", "anthropic/claude-sonnet-4-5",
                                   "gemini/gemini-2.5-flash"};
constexpr const char* kProviders[] = {"openai", "openai-responses", "anthropic", "gemini"};
constexpr char kText[] = "\"Zwei\" \xE2\x9E\x95 zwei\nsind \\vier\\, quite surely.";

// A rule matches what all of its fields match; `turnIndex` counts the assistant turns. The first that matches answers.
constexpr char kRules[] = R"({"fixtures": [
  {"match": {"model": "nowhere"}, "response": {"status": 404,
    "error": {"message": "no such model", "type": "invalid_request_error", "code": "model_not_found"}}},
  {"match": {"model": "unpaid"}, "response": {"status": 429,
    "error": {"message": "pay first", "type": "insufficient_quota", "code": "insufficient_quota"}}},
  {"match": {"model": "picky"}, "response": {"status": 400,
    "error": {"message": "no temperature", "type": "invalid_request_error", "code": "unsupported_value"}}},
  {"match": {"model": "down"}, "response": {"status": 503, "error": {"message": "busy", "type": "server_error"}}},
  {"match": {"userMessage": "two and two", "systemMessage": "Be terse, Ada.", "turnIndex": 1}, "response": {
    "content": "\"Zwei\" ➕ zwei\nsind \\vier\\, quite surely.",
    "usage": {"prompt_tokens": 21, "completion_tokens": 17, "total_tokens": 38}}},
  {"match": {"userMessage": "tell all"}, "response": {"content": "Once upon a", "finishReason": "length"}}
]})";

class Aimock : public testing::Test {
 protected:
  void SetUp() override {
    const std::string program = ThirdPartyProgram("aimock/node_modules/.bin/llmock");
    if (access(program.c_str(), X_OK) != 0) {
      GTEST_SKIP() << "aimock is not installed: there is no " << program << "; run tests/third_party/install";
    }
    std::ofstream(directory_.File("rules.json")) << kRules;
    vendor_.emplace(std::vector<std::string>{program, "--port", "0", "--fixtures", directory_.File("rules.json"),
                                             "--validate-on-load"},
                    AttunedProcess::Environment{{"AIMOCK_API_KEYS", "right-key"}, {"AIMOCK_STRICT_TURN_INDEX", "1"}});
    ASSERT_TRUE(vendor_->running()) << vendor_->output();
    Start("right-key", {});
  }

  void Start(const std::string& key, const std::vector<std::string>& more_flags) {
    std::vector<std::string> flags = {"--memory"};
    flags.insert(flags.end(), more_flags.begin(), more_flags.end());
    server_.emplace(flags, AttunedProcess::Environment{{"OPENAI_BASE_URL", vendor_->url("/v1")},
                                                       {"OPENAI_API_KEY", key},
                                                       {"ANTHROPIC_BASE_URL", vendor_->url("/v1")},
                                                       {"ANTHROPIC_API_KEY", key},
                                                       {"GEMINI_BASE_URL", vendor_->url("/v1beta")},
                                                       {"GEMINI_API_KEY", key}});
    ASSERT_TRUE(server_->running()) << server_->output();
    attune_ = Connect<v1::Attune>(server_->address());
  }

  static v1::AskRequest Question(const std::string& input, const std::string& model) {
    v1::AskRequest request;
    request.set_input(input);
    request.mutable_overrides()->set_model(model);
    return request;
  }

  // A prompt "ada" with a system message, a variable and one example to show.
  void Teach() {
    v1::UpdateDatasetResponse updated;
    ASSERT_TRUE(Upsert(*attune_, "sums", "What is one and two?", "three", &updated).ok());
    v1::PutPromptRequest put;
    v1::Prompt& prompt = *put.mutable_prompt();
    prompt.set_name("ada");
    *prompt.add_messages() = Message("system", "Be terse, {{name}}.");
    *prompt.add_messages() = Message("user", "{{input}}");
    prompt.add_variables()->set_name("name");
    prompt.mutable_few_shot()->set_dataset("sums");
    v1::PutPromptResponse stored;
    grpc::ClientContext context;
    const grpc::Status status = Connect<v1::Catalog>(server_->address())->PutPrompt(&context, put, &stored);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  static v1::Message Message(const std::string& role, const std::string& content) {
    v1::Message message;
    message.set_role(role);
    message.set_content(content);
    return message;
  }

  const TemporaryDirectory directory_;
  std::optional<ThirdPartyServer> vendor_;
  std::optional<AttunedProcess> server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
};

TEST_F(Aimock, UnderstandsTheWholePromptInEveryApiAndIsUnderstood) {
  ASSERT_NO_FATAL_FAILURE(Teach());
  for (const char* model : kModels) {
    for (const auto ask : {AskWhole, AskStreamed}) {
      v1::AskRequest request = Question("What is two and two?", model);
      request.set_prompt("ada");
      (*request.mutable_variables())["name"] = "Ada";
      request.mutable_overrides()->set_temperature(0.5);
      request.mutable_overrides()->set_max_tokens(100);
      const Outcome outcome = ask(*attune_, request);
      ASSERT_TRUE(outcome.status.ok()) << model << ": " << outcome.status.error_message();
      EXPECT_EQ(outcome.text, kText) << model;
      EXPECT_EQ(outcome.model, model);
      EXPECT_EQ(outcome.finish_reason, v1::STOP) << model;
      EXPECT_TRUE(outcome.usage.reported()) << model;
      EXPECT_EQ(outcome.usage.input_tokens(), 21) << model;
      EXPECT_EQ(outcome.usage.output_tokens(), 17) << model;
      EXPECT_EQ(outcome.deltas > 0, ask == AskStreamed) << model;
    }
  }
}

TEST_F(Aimock, AnAnswerThatItsTokenCapCutSaysSo) {
  for (const char* model : kModels) {
    for (const auto ask : {AskWhole, AskStreamed}) {
      const Outcome outcome = ask(*attune_, Question("Please tell all.", model));
      EXPECT_EQ(outcome.text, "Once upon a") << model << ": " << outcome.status.error_message();
      // aimock leaves out why a response is "incomplete", which OpenAI says.
      const bool has_reason = std::string(model).find("responses") == std::string::npos;
      EXPECT_EQ(outcome.finish_reason, has_reason ? v1::LENGTH : v1::OTHER) << model;
    }
  }
}

TEST_F(Aimock, RefusalsGetTheirReasonsInEveryApi) {
  const struct {
    const char* model;
    StatusCode code;
    const char* reason;
  } kRefusals[] = {{"nowhere", StatusCode::NOT_FOUND, "MODEL_NOT_FOUND"},
                   {"unpaid", StatusCode::RESOURCE_EXHAUSTED, "PROVIDER_QUOTA"},
                   {"picky", StatusCode::INVALID_ARGUMENT, "MODEL_REFUSED_PARAMETER"}};
  for (const auto& refusal : kRefusals) {
    for (const char* provider : kProviders) {
      for (const auto ask : {AskWhole, AskStreamed}) {
        const std::string model = StrCat(provider, "/", refusal.model);
        const Outcome outcome = ask(*attune_, Question("Anything?", model));
        EXPECT_EQ(outcome.status.error_code(), refusal.code) << model << ": " << outcome.status.error_message();
        EXPECT_EQ(InfoOf(outcome.status).reason(), refusal.reason) << model << ": " << outcome.status.error_message();
      }
    }
  }
}

TEST_F(Aimock, AWrongKeyIsRefusedInEveryApi) {
  ASSERT_NO_FATAL_FAILURE(Start("wrong-key-5678", {}));
  for (const char* model : kModels) {
    const Outcome outcome = AskWhole(*attune_, Question("Please tell all.", model));
    EXPECT_EQ(outcome.status.error_code(), StatusCode::FAILED_PRECONDITION) << model;
    EXPECT_EQ(InfoOf(outcome.status).reason(), "PROVIDER_KEY_REFUSED") << model;
    EXPECT_THAT(outcome.status.error_message(), testing::Not(testing::HasSubstr("wrong-key-5678")));
  }
}

TEST_F(Aimock, ARouteFallsFromOneApiToAnother) {
  std::ofstream(directory_.File("attune.yaml"))
      << "providers:\n  busy: {kind: openai, retries: 0, base_url: \"" << vendor_->url("/v1")
      << "\", headers: {Authorization: Bearer right-key}}\n"
      << "routes:\n  main: [busy/down, anthropic/claude-sonnet-4-5]\n";
  ASSERT_NO_FATAL_FAILURE(Start("right-key", {"--config", directory_.File("attune.yaml")}));
  for (const auto ask : {AskWhole, AskStreamed}) {
    const Outcome outcome = ask(*attune_, Question("Please tell all.", "route/main"));
    EXPECT_EQ(outcome.text, "Once upon a") << outcome.status.error_message();
    EXPECT_EQ(outcome.model, "anthropic/claude-sonnet-4-5");
    EXPECT_EQ(outcome.attempts, 2);
  }
}

}  // namespace
}  // namespace attune
