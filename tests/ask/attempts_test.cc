// The most calls of providers that one Ask can cause: docs/ARCHITECTURE.md, Limits.
#include <optional>
#include <utility>

#include "provider/hedge.h"
#include "provider/retry.h"
#include "provider/route.h"
#include "tests/ask/ask_server.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/fakes/gate.h"

namespace attune {
namespace {

// As bad as a vendor can be. Its first call answers, so that a hedge has a time to go by. Later ones come in pairs, a
// call and its hedge: the call hangs until the hedge comes, and both fail; but of every `pairs_to_answer`, if it is not
// 0, the hedge of the last answers, and with nothing that fits a schema.
class WorstProvider final : public Provider {
 public:
  explicit WorstProvider(int pairs_to_answer) : pairs_to_answer_(pairs_to_answer) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest&, TextSink*) override {
    if (++calls == 1) co_return answer_;
    if (!hanging_) {
      const Gate gate = hanging_.emplace();
      co_await gate.Pass();
    } else {
      hanging_->Open();
      hanging_.reset();
      if (pairs_to_answer_ != 0 && ++pairs_ % pairs_to_answer_ == 0) co_return answer_;
    }
    co_return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE")
        .Message("down")
        .RetryAfter(absl::Seconds(1));
  }

  int32_t calls = 0;

 private:
  const int pairs_to_answer_;
  const ModelAnswer answer_{.text = "no JSON", .finish_reason = FinishReason::kStop};
  int pairs_ = 0;
  std::optional<Gate> hanging_;
};

class AttemptsTest : public testing::Test {
 protected:
  AttemptsTest() { server_.PutTyped("typed", R"({"type":"object"})"); }
  // With hedges and retries around it.
  std::unique_ptr<Provider> Decorated(std::unique_ptr<Provider> vendor) {
    vendor = std::make_unique<HedgeProvider>(std::move(vendor), HedgePolicy{.budget = 1, .min_samples = 1},
                                             server_.clock, sleeper_);
    return std::make_unique<RetryProvider>(std::move(vendor), retry_, server_.clock, sleeper_, jitter_);
  }
  absl::StatusOr<AskResult> Ask(const std::string& prompt, const std::string& model) {
    AskRequest request = Question("q");
    request.prompt = prompt;
    request.overrides.model = model;
    return server_.Ask(std::move(request));
  }

  AskServer server_;
  FakeSleeper sleeper_{server_.clock};
  Jitter jitter_{0};
  const RetryPolicy retry_;
};

TEST_F(AttemptsTest, AreBoundedThroughHedgesRetriesRoutesAndRepairAndAllAreTold) {
  auto first_vendor = std::make_unique<WorstProvider>(0);
  auto last_vendor = std::make_unique<WorstProvider>(1 + retry_.retries);
  const WorstProvider& first = *first_vendor;
  const WorstProvider& last = *last_vendor;
  ProviderRegistry::Builder builder;
  builder.Add("first", Decorated(std::move(first_vendor))).Add("last", Decorated(std::move(last_vendor)));
  ProviderRegistry registry = std::move(builder).Build();
  RouteProvider::Routes routes;
  routes["main"] = {{{.target = *registry.Resolve("first/m")}}, {{.target = *registry.Resolve("last/m")}}};
  server_.providers.Set(std::make_shared<const ProviderRegistry>(
      std::move(registry).With("route", std::make_unique<RouteProvider>(std::move(routes), server_.clock, jitter_))));
  ASSERT_TRUE(Ask("", "first/m").ok());
  ASSERT_TRUE(Ask("", "last/m").ok());

  EXPECT_EQ(ErrorReason(Ask("typed", "route/main").status()), "ANSWER_NOT_VALID");
  constexpr int32_t kAnswers = 2, kModels = 2, kHedged = 2;  // the answer and its repair; a call and its hedge
  const int32_t most = kAnswers * kModels * (1 + retry_.retries) * kHedged;
  EXPECT_EQ(first.calls - 1, most / 2);
  EXPECT_EQ(last.calls - 1, most / 2);
  EXPECT_EQ(server_.Recorded()[0].timing().attempts(), most);
}

}  // namespace
}  // namespace attune
