// Configuration as a user meets it: a file, its check, and a route that falls back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

class RouteTest : public testing::Test {
 protected:
  std::string WriteConfig(const std::string& text) const {
    std::string file = directory_.File("attune.yaml");
    std::ofstream(file) << text;
    return file;
  }
  CommandResult CheckConfig(const std::string& text) const {
    return RunCommand({ATTUNE_BIN_DIR "/attuned", "--config", WriteConfig(text), "--check-config"});
  }

  const TemporaryDirectory directory_;
};

TEST_F(RouteTest, TheCheckSaysWhatIsOnOrWhatIsWrong) {
  const CommandResult good =
      CheckConfig("providers:\n  claude: {kind: anthropic}\nroutes:\n  main: [claude/sonnet, builtin/nearest]\n");
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, testing::HasSubstr("is good; providers: builtin, claude, route"));
  const CommandResult typo = CheckConfig("providers:\n  claude: {knd: anthropic}\n");
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_THAT(typo.err, testing::HasSubstr("attune.yaml:2:11: provider 'claude' needs the key 'kind'"));
  const CommandResult stray = CheckConfig("routes:\n  main: [claude/sonnet]\n");
  EXPECT_EQ(stray.exit_code, 2);
  EXPECT_THAT(stray.err, testing::HasSubstr("attune.yaml:2:10: the provider 'claude' is not switched on"));
  EXPECT_NE(RunCommand({ATTUNE_BIN_DIR "/attuned", "--check-config"}).exit_code, 0);
}

TEST_F(RouteTest, FallsBackToAnotherVendorAndSaysWhoAnswered) {
  ScriptedHttpServer broken;
  broken.Always([](const RecordedRequest&) { return WholeResponse(500, "{}"); });
  AttunedProcess server({"--memory", "--default-model", "route/main", "--config",
                         WriteConfig("providers:\n  broken: {kind: gemini, retries: 0, base_url: \"" + broken.url() +
                                     "\"}\nroutes:\n  main: [broken/m, builtin/nearest]\n")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  v1::AskRequest request;
  request.set_input("What?");
  v1::AskResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub->Ask(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.model(), "builtin/nearest");
  EXPECT_EQ(response.timing().attempts(), 2);
  EXPECT_EQ(broken.requests().size(), 1u);
}

TEST_F(RouteTest, AnOpenBreakerSparesTheVendor) {
  ScriptedHttpServer broken;
  broken.Always([](const RecordedRequest&) { return WholeResponse(500, "{}"); });
  AttunedProcess server(
      {"--memory", "--default-model", "broken/m", "--config",
       WriteConfig("providers:\n  broken: {kind: openai, retries: 0, base_url: \"" + broken.url() + "\"}\n")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  std::string reason;
  for (int i = 0; i < 100; ++i) {
    v1::AskRequest request;
    request.set_input("What?");
    v1::AskResponse response;
    grpc::ClientContext context;
    reason = InfoOf(stub->Ask(&context, request, &response)).reason();
  }
  EXPECT_EQ(reason, "BREAKER_OPEN");
  EXPECT_EQ(broken.requests().size(), 20u);
}

// Answers the model "good", never the model "hung", and fails all others.
ServerScript ByModel(const RecordedRequest& request) {
  if (request.body.find("\"hung\"") != std::string::npos) return ServerScript().Stall();
  if (request.body.find("\"good\"") == std::string::npos) return WholeResponse(500, "{}");
  return WholeResponse(200, VendorNamed("OpenAiChat").whole("four", Ending::kStop));
}

TEST_F(RouteTest, OneHungModelDoesNotHoldUpTheOthers) {
  ScriptedHttpServer vendor;
  vendor.Always(ByModel);
  AttunedProcess server(
      {"--memory", "--default-model", "v/good", "--config",
       WriteConfig("providers:\n  v: {kind: openai, max_in_flight: 100, base_url: \"" + vendor.url() + "\"}\n")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  constexpr size_t kHung = 300;  // 100 at the vendor, 200 in the queue
  v1::AskRequest hung;
  hung.set_input("What?");
  hung.mutable_overrides()->set_model("v/hung");
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<v1::AskResponse> responses(kHung);
  std::latch ended(kHung);
  for (v1::AskResponse& response : responses) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    stub->async()->Ask(contexts.back().get(), &hung, &response, [&ended](const grpc::Status&) { ended.count_down(); });
  }
  ASSERT_TRUE(vendor.WaitForRequests(100));
  for (int i = 0; i < 200; ++i) {
    v1::AskResponse response;
    ASSERT_TRUE(AskQuestion(*stub, "2+2?", &response).ok());
    EXPECT_EQ(response.text(), "four");
  }
  EXPECT_EQ(vendor.requests().size(), 300u);  // never more than 100 of the hung one
  for (const auto& context : contexts) context->TryCancel();
  ended.wait();
  EXPECT_TRUE(vendor.WaitForAborted(100));
}

TEST_F(RouteTest, TheCallsThatOneAskMakesAreBoundedAndShown) {
  ScriptedHttpServer vendor;
  vendor.Always(
      [](const RecordedRequest&) { return WholeResponse(500, "{}", "application/json", {"retry-after-ms: 1"}); });
  const std::string provider = "{kind: openai, retries: 3, base_url: \"" + vendor.url() + "\"}\n";
  AttunedProcess server(
      {"--memory", "--default-model", "route/main", "--config",
       WriteConfig("providers:\n  a: " + provider + "  b: " + provider + "routes:\n  main: [a/m, b/m]\n")});
  ASSERT_TRUE(server.running()) << server.output();
  const auto stub = Connect<v1::Attune>(server.address());
  v1::AskResponse response;
  const grpc::Status status = AskQuestion(*stub, "What?", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).metadata().at("attempts"), "8");  // (1 + 3 retries) of each of two models
  EXPECT_EQ(vendor.requests().size(), 8u);
}

}  // namespace
}  // namespace attune
