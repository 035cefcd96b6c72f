#include "provider/throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "provider/rate_limits.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

TEST(RateLimitsTest, ReadsTheFormsOfTheVendors) {
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const auto read = [now](std::vector<std::pair<std::string, std::string>> headers) {
    return ReadRateLimits(HttpHead{.status = 200, .headers = std::move(headers)}, now);
  };
  const RateLimits openai = read({{"x-ratelimit-limit-requests", "60"},
                                  {"x-ratelimit-remaining-requests", "59"},
                                  {"x-ratelimit-reset-requests", "1s"},
                                  {"x-ratelimit-remaining-tokens", "149984"},
                                  {"x-ratelimit-reset-tokens", "6m0s"}});
  ASSERT_TRUE(openai.requests && openai.tokens);
  EXPECT_EQ(openai.requests->left, 59);
  EXPECT_EQ(openai.requests->limit, 60);
  EXPECT_EQ(openai.requests->reset, absl::Seconds(1));
  EXPECT_EQ(openai.tokens->left, 149'984);
  EXPECT_EQ(openai.tokens->limit, 0);
  EXPECT_EQ(openai.tokens->reset, absl::Minutes(6));
  const RateLimits anthropic = read({{"anthropic-ratelimit-requests-limit", "50"},
                                     {"anthropic-ratelimit-requests-remaining", "0"},
                                     {"anthropic-ratelimit-requests-reset", "2023-11-14T22:13:50Z"}});
  ASSERT_TRUE(anthropic.requests);
  EXPECT_EQ(anthropic.requests->left, 0);
  EXPECT_EQ(anthropic.requests->reset, absl::Seconds(30));
  EXPECT_FALSE(anthropic.tokens);
  const RateLimits past = read({{"x-ratelimit-remaining-requests", "0"}, {"x-ratelimit-reset-requests", "7.66"}});
  EXPECT_EQ(past.requests->reset, absl::Milliseconds(7660));
}

TEST(RateLimitsTest, WhatIsNotUnderstoodIsNotThere) {
  for (const auto& [left, reset] : std::vector<std::pair<std::string, std::string>>{{"", "1s"},
                                                                                    {"-1", "1s"},
                                                                                    {"many", "1s"},
                                                                                    {"99999999999999999999", "1s"},
                                                                                    {"1", ""},
                                                                                    {"1", "soon"},
                                                                                    {"1", "nan"},
                                                                                    {"1", "inf"}}) {
    const HttpHead head = {
        .status = 200, .headers = {{"x-ratelimit-remaining-requests", left}, {"x-ratelimit-reset-requests", reset}}};
    EXPECT_FALSE(ReadRateLimits(head, absl::UnixEpoch()).requests) << left << " " << reset;
  }
}

// Answers with the limits that the test sets.
class TellingProvider final : public Provider {
 public:
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest&, TextSink*) override {
    ++calls;
    ModelAnswer answer;
    answer.rate_limits = limits;
    co_return answer;
  }
  RateLimits limits;
  int calls = 0;
};

// Does something else in place of sleeping.
class CallingSleeper final : public Sleeper {
 public:
  asio::awaitable<absl::Status> Sleep(absl::Duration) const override {
    call();
    co_return absl::CancelledError("woken");
  }
  std::function<void()> call;
};

class ThrottleTest : public testing::Test {
 protected:
  ThrottleTest() {
    auto vendor = std::make_unique<TellingProvider>();
    vendor_ = vendor.get();
    throttle_ = std::make_unique<ThrottleProvider>("vendor", std::move(vendor), clock_, sleeper_, jitter_);
  }
  AnswerOr Call(std::string model = "m", absl::Duration deadline = absl::Hours(1)) {
    ModelRequest request = Ask("q", std::move(model));
    request.deadline = clock_.Now() + deadline;
    return Generate(pool_, *throttle_, request);
  }
  void Tell(int64_t left, absl::Duration reset, int64_t limit = 0) {
    vendor_->limits.requests = {.left = left, .limit = limit, .reset = reset};
  }

  FakeClock clock_;
  FakeSleeper sleeper_{clock_};
  Jitter jitter_{1};
  IoPool pool_{1};
  TellingProvider* vendor_ = nullptr;
  std::unique_ptr<ThrottleProvider> throttle_;
};

TEST_F(ThrottleTest, WithoutHeadersNothingWaits) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Call().ok());
  EXPECT_TRUE(sleeper_.sleeps().empty());
}

TEST_F(ThrottleTest, TellsHowManyWait) {
  auto vendor = std::make_unique<TellingProvider>();
  vendor->limits.requests = {.left = 0, .limit = 0, .reset = absl::Seconds(10)};
  CallingSleeper sleeper;
  ThrottleProvider throttle("vendor", std::move(vendor), clock_, sleeper, jitter_);
  const auto waiting = [&throttle] {
    ProviderGauges gauges;
    throttle.ReadGauges(gauges);
    return gauges.models().at("").waiting;
  };
  std::optional<int64_t> while_asleep;
  sleeper.call = [&] { while_asleep = waiting(); };
  ASSERT_TRUE(Generate(pool_, throttle, Ask("q")).ok());
  EXPECT_EQ(waiting(), 0);
  EXPECT_TRUE(absl::IsCancelled(Generate(pool_, throttle, Ask("q")).status()));
  EXPECT_EQ(while_asleep, 1);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(ThrottleTest, WhenAllIsUsedUpTheNextWaitsForTheReset) {
  Tell(0, absl::Seconds(10));
  ASSERT_TRUE(Call().ok());
  vendor_->limits = {};
  ASSERT_TRUE(Call().ok());
  ASSERT_EQ(sleeper_.sleeps().size(), 1u);
  EXPECT_GE(sleeper_.sleeps()[0], absl::Seconds(10));
  EXPECT_LE(sleeper_.sleeps()[0], absl::Seconds(12));
  ASSERT_TRUE(Call().ok());  // after the reset all is unknown again
  EXPECT_EQ(sleeper_.sleeps().size(), 1u);
}

TEST_F(ThrottleTest, WhatIsLeftIsSpentCallByCallAndGrowsEvenlyTowardsTheLimit) {
  Tell(2, absl::Seconds(58), 60);  // one a second
  ASSERT_TRUE(Call().ok());
  vendor_->limits = {};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Call().ok());
  EXPECT_TRUE(sleeper_.sleeps().empty());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Call().ok());
  ASSERT_FALSE(sleeper_.sleeps().empty());
  for (const absl::Duration sleep : sleeper_.sleeps()) EXPECT_LE(sleep, absl::Milliseconds(1200));
  EXPECT_GE(clock_.Now() - FakeClock().Now(), absl::Milliseconds(2999));
}

TEST_F(ThrottleTest, TokensCountWithThePromptAndTheCapOfTheAnswer) {
  vendor_->limits.tokens = {.left = 100, .limit = 0, .reset = absl::Seconds(5)};
  ASSERT_TRUE(Call().ok());
  vendor_->limits = {};
  ModelRequest request = Ask("q");
  request.deadline = clock_.Now() + absl::Hours(1);
  request.parameters.max_tokens = 90;
  ASSERT_TRUE(Generate(pool_, *throttle_, request).ok());
  EXPECT_TRUE(sleeper_.sleeps().empty());
  ASSERT_TRUE(Generate(pool_, *throttle_, request).ok());
  EXPECT_EQ(sleeper_.sleeps().size(), 1u);
}

TEST_F(ThrottleTest, ACallThatCannotWaitIsRefusedAtOnceSoThatAnotherModelMayBeAsked) {
  Tell(0, absl::Seconds(30));
  ASSERT_TRUE(Call().ok());
  const absl::Status status = Call("m", absl::Seconds(20)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "PROVIDER_BUSY");
  EXPECT_TRUE(RetryDelay(status).has_value());
  EXPECT_TRUE(MayFallBack(status));
  EXPECT_FALSE(IsVendorsFault(status));
  EXPECT_EQ(AttemptsOf(status), 0);
  EXPECT_EQ(vendor_->calls, 1);
  EXPECT_TRUE(sleeper_.sleeps().empty());
}

TEST_F(ThrottleTest, ModelsAreApartAndNoHeaderHoldsACallForLong) {
  Tell(0, absl::Hours(1));
  ASSERT_TRUE(Call("m").ok());
  ASSERT_TRUE(Call("other").ok());
  EXPECT_TRUE(sleeper_.sleeps().empty());
  ASSERT_TRUE(Call("m").ok());
  ASSERT_EQ(sleeper_.sleeps().size(), 1u);
  EXPECT_LE(sleeper_.sleeps()[0], absl::Seconds(72));
}

TEST_F(ThrottleTest, ACallThatIsCancelledWhileItWaitsIsNotSent) {
  Tell(0, absl::Seconds(10));
  ASSERT_TRUE(Call().ok());
  sleeper_.result = absl::CancelledError("left");
  const absl::Status left = Call().status();
  EXPECT_TRUE(absl::IsCancelled(left));
  EXPECT_EQ(AttemptsOf(left), 0);
  EXPECT_EQ(vendor_->calls, 1);
}

}  // namespace
}  // namespace attune
