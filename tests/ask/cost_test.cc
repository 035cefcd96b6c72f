// What an Ask costs, what a caller may spend, and providers that are exchanged while the server runs.
#include "provider/attempts.h"
#include "provider/cache.h"
#include "tests/ask/ask_server.h"

namespace attune {
namespace {

ModelAnswer Tokens(int64_t input, int64_t output) {
  ModelAnswer answer;
  answer.text = "fine";
  answer.finish_reason = FinishReason::kStop;
  answer.usage = {.reported = true, .input_tokens = input, .output_tokens = output};
  return answer;
}

// 1 nano a token of input, 10 of output.
ModelFacts Priced() {
  ModelFacts facts;
  facts.prices = {{.input = 1'000'000, .cached_input = 0, .output = 10'000'000}};
  return facts;
}

class CostTest : public testing::Test {
 protected:
  // The provider "priced", whose model "m" has a price; "priced/other" has none.
  FakeProvider* Serve(FakeProvider::Answer answer, ModelFacts facts = Priced()) {
    auto fake = std::make_unique<FakeProvider>(std::move(answer));
    FakeProvider* const vendor = fake.get();
    ProviderRegistry::Builder builder;
    builder.Add("priced", std::make_unique<CacheProvider>("priced", std::move(fake), cache_))
        .AddModel("priced/m", std::move(facts))
        .AddAlias("team/fast", "priced/m");
    server_.providers.Set(std::make_shared<const ProviderRegistry>(std::move(builder).Build()));
    return vendor;
  }
  absl::StatusOr<AskResult> Ask(const std::string& model, const std::string& input = "q",
                                std::optional<int32_t> max_tokens = {}, const std::string& user = "") {
    AskRequest request = Question(input);
    request.user = user;
    request.overrides.model = model;
    request.overrides.max_tokens = max_tokens;
    return server_.Ask(std::move(request));
  }

  AskServer server_;
  std::shared_ptr<AnswerCache> cache_ = std::make_shared<AnswerCache>(CachePolicy{.max_bytes = 1 << 20}, server_.clock);
};

TEST_F(CostTest, EveryAnswerTellsItsCostOrThatItIsUnknown) {
  Serve([](const ModelRequest&) { return Tokens(100, 20); });
  const auto priced = Ask("priced/m");
  ASSERT_TRUE(priced.ok()) << priced.status();
  EXPECT_EQ(priced->cost, (Money{100 + 200, "USD"}));
  EXPECT_EQ(Ask("priced/other")->cost, std::nullopt);
  const auto recorded = server_.Recorded();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_TRUE(recorded[1].cost().known());
  EXPECT_EQ(recorded[1].cost().nanos(), 300);
  EXPECT_FALSE(recorded[0].cost().known());
}

TEST_F(CostTest, AnAliasIsItsModel) {
  Serve([](const ModelRequest&) { return Tokens(1, 1); });
  const auto answer = Ask("team/fast");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->model, "priced/m");
  EXPECT_EQ(answer->cost, (Money{11, "USD"}));
}

TEST_F(CostTest, AModelsDefaultsHoldWhereNobodySetAnything) {
  ModelFacts facts = Priced();
  facts.defaults.temperature = 0.5;
  facts.defaults.max_tokens = 7;
  FakeProvider* const vendor = Serve([](const ModelRequest&) { return Tokens(1, 1); }, facts);
  ASSERT_TRUE(Ask("priced/m", "q", 9).ok());
  EXPECT_EQ(vendor->requests()[0].parameters.temperature, 0.5);
  EXPECT_EQ(vendor->requests()[0].parameters.max_tokens, 9);
}

TEST_F(CostTest, AnAnswerOfTheCacheCostsNothing) {
  ModelFacts facts = Priced();
  facts.defaults.temperature = 0;
  FakeProvider* const vendor = Serve([](const ModelRequest&) { return Tokens(100, 20); }, facts);
  EXPECT_FALSE(Ask("priced/m")->cached);
  const auto again = Ask("priced/m");
  EXPECT_TRUE(again->cached);
  EXPECT_EQ(again->cost, Money());
  EXPECT_EQ(again->usage.input_tokens, 100);
  EXPECT_EQ(again->timing.attempts, 0);
  EXPECT_EQ(vendor->calls(), 1u);
  EXPECT_TRUE(server_.Recorded()[0].cached());
}

TEST_F(CostTest, ACallersLimitIsChargedWithWhatWasUsedAndNotWithWhatWasFeared) {
  FakeProvider* const vendor = Serve([](const ModelRequest&) { return Tokens(10, 10); });
  server_.limits.Set({{.name = "user", .scope = {LimitScope::Kind::kUser, ""}, .tokens = 1'200}});
  // Each could take 900 and takes 20.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Ask("priced/m", "q", 900, "ann").ok()) << i;
  const absl::Status refused = Ask("priced/m", "q", 2'000'000, "ann").status();
  EXPECT_EQ(ErrorReason(refused), "CALLER_LIMIT");
  EXPECT_TRUE(RetryDelay(refused).has_value());
  EXPECT_EQ(vendor->calls(), 4u);
  EXPECT_TRUE(Ask("priced/m", "q", 900, "bob").ok());
}

TEST_F(CostTest, MoneyIsLimitedByTheModelsPrice) {
  Serve([](const ModelRequest&) { return Tokens(0, 100); });  // 1,000 nanos
  server_.limits.Set({{.name = "money", .scope = {}, .cost = Money{2'500, "USD"}}});
  EXPECT_TRUE(Ask("priced/m", "q", 100).ok());
  EXPECT_TRUE(Ask("priced/m", "q", 100).ok());
  EXPECT_EQ(ErrorReason(Ask("priced/m", "q", 100).status()), "CALLER_LIMIT");
  EXPECT_TRUE(Ask("priced/other", "q", 100).ok());  // unknown prices do not count
}

TEST_F(CostTest, AFailureThatTookNothingIsNotCharged) {
  Serve([](const ModelRequest&) { return absl::UnavailableError("down"); });
  server_.limits.Set({{.name = "all", .scope = {}, .tokens = 1'000}});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(absl::IsUnavailable(Ask("priced/m", "q", 900).status()));
  Serve([](const ModelRequest&) { return CallerLeft(0); });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(absl::IsCancelled(Ask("priced/m", "q", 900).status())) << "was never asked";
  Serve([](const ModelRequest&) { return absl::DeadlineExceededError("stalled"); });
  EXPECT_TRUE(absl::IsDeadlineExceeded(Ask("priced/m", "q", 900).status()));
  EXPECT_EQ(ErrorReason(Ask("priced/m", "q", 900).status()), "CALLER_LIMIT");  // it may have been answered
}

TEST_F(CostTest, ARepairThatTheCacheAnswersLeavesTheFirstCallToBePaid) {
  server_.PutTyped("typed", R"({"type":"object"})");
  Serve([](const ModelRequest& request) {
    ModelAnswer answer = Tokens(100, 20);
    answer.cached = request.messages.size() > 1;  // the repair
    answer.text = answer.cached ? "{}" : "none";
    return answer;
  });
  server_.limits.Set({{.name = "all", .scope = {}, .tokens = 2'000}});
  AskRequest request = Question("q");
  request.prompt = "typed";
  request.overrides.model = "priced/m";
  const auto answer = server_.Ask(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->repaired);
  EXPECT_FALSE(answer->cached);
  EXPECT_EQ(answer->cost, (Money{300, "USD"}));
  // 120 of the 2,000 are used: a call that may take 1,800 is admitted, one that may take 1,900 is not.
  const std::string model = "priced/other";
  EXPECT_EQ(ErrorReason(Ask(model, "q", 1'900).status()), "CALLER_LIMIT");
  EXPECT_TRUE(Ask(model, "q", 1'800).ok());
}

TEST_F(CostTest, ARepairThatMayHaveCostSomethingMakesTheCostUnknown) {
  server_.PutTyped("typed", R"({"type":"object"})");
  for (const absl::Status& failure : {absl::DeadlineExceededError("stalled"), absl::UnavailableError("refused")}) {
    Serve([&failure](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
      if (request.messages.size() > 1) return failure;  // the repair
      return Tokens(100, 20);
    });
    AskRequest request = Question("q");
    request.prompt = "typed";
    request.overrides.model = "priced/m";
    EXPECT_EQ(ErrorReason(server_.Ask(request).status()), "ANSWER_NOT_VALID");
    EXPECT_EQ(server_.Recorded()[0].cost().known(), absl::IsUnavailable(failure));
  }
}

TEST_F(CostTest, ACallEndsWithTheProvidersItBeganWith) {
  FakeProvider* const old = Serve([](const ModelRequest&) { return Tokens(1, 1); });
  old->Hold();
  AskRequest request = Question("q");
  request.overrides.model = "priced/m";
  auto running = server_.Start(request);
  ASSERT_TRUE(old->WaitForInFlight(1));
  FakeProvider* const fresh = Serve([](const ModelRequest&) { return Tokens(2, 2); });
  EXPECT_EQ(Ask("priced/m")->usage.input_tokens, 2);
  old->Release();
  EXPECT_EQ(running->Wait()->usage.input_tokens, 1);
  EXPECT_EQ(fresh->calls(), 1u);
}

}  // namespace
}  // namespace attune
