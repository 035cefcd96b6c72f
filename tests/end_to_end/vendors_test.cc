// Every vendor behind the real server, switched on by the environment as its users do it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

struct Named {
  const char* provider;
  const char* wire;
};
constexpr Named kProviders[] = {{"openai", "OpenAiChat"},
                                {"openai-completions", "OpenAiCompletions"},
                                {"openai-responses", "OpenAiResponses"},
                                {"anthropic", "AnthropicMessages"},
                                {"gemini", "GeminiGenerate"}};

class VendorsTest : public testing::Test {
 protected:
  VendorsTest()
      : server_({"--memory"}, {{"OPENAI_BASE_URL", vendor_.url()},
                               {"OPENAI_API_KEY", "openai-key\n"},
                               {"ANTHROPIC_BASE_URL", vendor_.url()},
                               {"ANTHROPIC_API_KEY", "anthropic-key"},
                               {"GEMINI_BASE_URL", vendor_.url()},
                               {"GEMINI_API_KEY", "gemini-key"}}) {
    EXPECT_TRUE(server_.running()) << server_.output();
    attune_ = Connect<v1::Attune>(server_.address());
  }

  static v1::AskRequest Question(const Named& named) {
    v1::AskRequest request;
    request.set_input("What?");
    request.mutable_overrides()->set_model(std::string(named.provider) + "/m");
    return request;
  }

  ScriptedHttpServer vendor_;
  AttunedProcess server_;
  std::unique_ptr<v1::Attune::Stub> attune_;
};

TEST_F(VendorsTest, EachAnswersWithItsUsageAndItsKey) {
  for (const Named& named : kProviders) {
    const VendorWire& wire = VendorNamed(named.wire);
    vendor_.Add(WholeResponse(200, wire.whole("four", Ending::kStop)));
    v1::AskResponse response;
    grpc::ClientContext context;
    const grpc::Status status = attune_->Ask(&context, Question(named), &response);
    ASSERT_TRUE(status.ok()) << named.provider << ": " << status.error_message();
    EXPECT_EQ(response.text(), "four");
    EXPECT_EQ(response.usage().input_tokens(), 10);
    EXPECT_EQ(response.usage().output_tokens(), 5);
    const RecordedRequest sent = vendor_.requests().back();
    EXPECT_EQ(sent.target, "/v1" + wire.whole_target);
    const std::string vendor = std::string(named.provider).substr(0, std::string(named.provider).find('-'));
    EXPECT_EQ(sent.headers.at(wire.key_header), wire.key_prefix + vendor + "-key");
  }
}

TEST_F(VendorsTest, EachStreams) {
  for (const Named& named : kProviders) {
    const VendorWire& wire = VendorNamed(named.wire);
    vendor_.Add(EventStream(wire.stream({"fo", "ur"}, Ending::kLength)));
    grpc::ClientContext context;
    auto stream = attune_->StreamAsk(&context, Question(named));
    std::string text;
    v1::FinishReason finish_reason = v1::FINISH_REASON_UNSPECIFIED;
    for (v1::StreamAskResponse chunk; stream->Read(&chunk);) {
      text += chunk.text_delta();
      if (chunk.has_end()) finish_reason = chunk.end().finish_reason();
    }
    const grpc::Status status = stream->Finish();
    ASSERT_TRUE(status.ok()) << named.provider << ": " << status.error_message();
    EXPECT_EQ(text, "four");
    EXPECT_EQ(finish_reason, v1::LENGTH) << named.provider;
    EXPECT_EQ(vendor_.requests().back().target, "/v1" + wire.stream_target);
  }
}

TEST_F(VendorsTest, ACutStreamIsAnErrorWhicheverVendorCutsIt) {
  for (const Named& named : kProviders) {
    std::vector<std::string> events = VendorNamed(named.wire).stream({"Half an ", "answer"}, Ending::kStop);
    while (events.back().find("Half an ") == std::string::npos ||
           events.back().find("answer\"}]") != std::string::npos) {
      events.pop_back();
    }
    vendor_.Add(EventStreamUntilClose(events));
    grpc::ClientContext context;
    auto stream = attune_->StreamAsk(&context, Question(named));
    for (v1::StreamAskResponse chunk; stream->Read(&chunk);) {
    }
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << named.provider;
    EXPECT_EQ(InfoOf(status).reason(), "PROVIDER_CUT") << named.provider;
    EXPECT_EQ(InfoOf(status).metadata().at("provider"), named.provider);
  }
}

}  // namespace
}  // namespace attune
