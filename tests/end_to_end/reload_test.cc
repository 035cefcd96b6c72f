// The configuration file exchanged while the server runs, and what it says of money, limits and the cache, as callers
// meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/vendor_wire.h"

namespace attune {
namespace {

class ReloadTest : public testing::Test {
 protected:
  ReloadTest() {
    vendor_.Always([](const RecordedRequest&) {
      return WholeResponse(200, VendorNamed("OpenAiChat").whole("four", Ending::kStop));
    });
  }
  std::string Write(const std::string& text) const {
    std::string file = directory_.File("attune.yaml");
    std::ofstream(file) << text;
    return file;
  }
  std::string Vendor(const std::string& more) const {
    return "providers:\n  v: {kind: openai, base_url: \"" + vendor_.url() + "\"}\n" + more;
  }
  grpc::Status Ask(v1::AskResponse* response, const std::string& model = "v/m",
                   std::optional<double> temperature = {}) {
    v1::AskRequest request;
    request.set_input("2+2?");
    request.set_user("ann");
    request.mutable_overrides()->set_model(model);
    if (temperature) request.mutable_overrides()->set_temperature(*temperature);
    grpc::ClientContext context;
    return Connect<v1::Attune>(server_->address())->Ask(&context, request, response);
  }
  void Start(const std::string& config) {
    server_ = std::make_unique<AttunedProcess>(std::vector<std::string>{"--memory", "--config", Write(config)});
    ASSERT_TRUE(server_->running()) << server_->output();
  }

  const TemporaryDirectory directory_;
  ScriptedHttpServer vendor_;
  std::unique_ptr<AttunedProcess> server_;
  v1::AskResponse answer_;
};

TEST_F(ReloadTest, AGoodFileIsPutInForceAndABadOneChangesNothing) {
  Start(Vendor(""));
  ASSERT_TRUE(Ask(&answer_).ok());
  EXPECT_FALSE(answer_.cost().known());
  Write(Vendor("models:\n  v/m: {aliases: [team/fast], prices: {input: 1, output: 2}}\n"));
  ASSERT_TRUE(server_->Signal(SIGHUP, "is in force")) << server_->output();
  ASSERT_TRUE(Ask(&answer_, "team/fast").ok());
  EXPECT_EQ(answer_.model(), "v/m");
  EXPECT_TRUE(answer_.cost().known());
  EXPECT_EQ(answer_.cost().nanos(), 10 * 1000 + 5 * 2000);
  EXPECT_EQ(answer_.cost().currency(), "USD");
  Write("providers:\n  v: {kind: nonsense}\n");
  ASSERT_TRUE(server_->Signal(SIGHUP, "stays as it was")) << server_->output();
  EXPECT_THAT(server_->output(), testing::HasSubstr("attune.yaml:2:13: kind: 'nonsense' is none of"));
  ASSERT_TRUE(Ask(&answer_, "team/fast").ok());
  EXPECT_EQ(server_->Stop(SIGTERM), 0);
}

TEST_F(ReloadTest, ACallersLimitRefusesWithTheStandardDetails) {
  Start(Vendor("limits:\n  each-user: {per: user, window: 1h, requests: 2}\n"));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Ask(&answer_).ok());
  const grpc::Status refused = Ask(&answer_);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(refused).reason(), "CALLER_LIMIT");
  EXPECT_EQ(InfoOf(refused).metadata().at("limit"), "each-user");
  EXPECT_EQ(vendor_.requests().size(), 2u);
}

TEST_F(ReloadTest, TheCacheAnswersEqualCallsAndSaysSo) {
  Start(Vendor("models:\n  v/m: {prices: {input: 1, output: 2}}\ncache: {max_mib: 8, ttl: 1h}\n"));
  ASSERT_TRUE(Ask(&answer_, "v/m", 0).ok());
  EXPECT_FALSE(answer_.cached());
  ASSERT_TRUE(Ask(&answer_, "v/m", 0).ok());
  EXPECT_TRUE(answer_.cached());
  EXPECT_EQ(answer_.text(), "four");
  EXPECT_TRUE(answer_.cost().known());
  EXPECT_EQ(answer_.cost().nanos(), 0);
  ASSERT_TRUE(Ask(&answer_, "v/m", 1).ok());
  EXPECT_FALSE(answer_.cached());
  EXPECT_EQ(vendor_.requests().size(), 2u);
}

}  // namespace
}  // namespace attune
