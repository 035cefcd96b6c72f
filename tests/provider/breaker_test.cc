#include "provider/breaker.h"

#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_provider.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

class BreakerTest : public testing::Test {
 protected:
  BreakerTest() {
    auto vendor = std::make_unique<FakeProvider>([this](const ModelRequest&) -> AnswerOr {
      if (!failure_.ok()) return failure_;
      return ModelAnswer{.text = "fine", .model = "m", .finish_reason = FinishReason::kStop};
    });
    vendor_ = vendor.get();
    breaker_ = std::make_unique<BreakerProvider>("vendor", std::move(vendor), policy_, clock_);
  }
  AnswerOr Call(std::string model = "m") { return Generate(pool_, *breaker_, Ask("q", std::move(model))); }
  void Fail(int times, const absl::Status& failure = Unavailable()) {
    failure_ = failure;
    for (int i = 0; i < times; ++i) Call().IgnoreError();
    failure_ = absl::OkStatus();
  }
  // Asks, and tells whether the vendor was asked.
  bool Passes(std::string model = "m") {
    const size_t before = vendor_->calls();
    Call(std::move(model)).IgnoreError();
    return vendor_->calls() > before;
  }
  // A call that the opened breaker lets through, and that the vendor holds.
  std::unique_ptr<Running<AnswerOr>> StartProbe() {
    Fail(policy_.min_calls);
    clock_.Advance(policy_.open);
    vendor_->Hold();
    auto probe =
        std::make_unique<Running<AnswerOr>>(pool_, [this] { return breaker_->Generate(probe_request_, nullptr); });
    EXPECT_TRUE(vendor_->WaitForInFlight(1));
    return probe;
  }

  IoPool pool_{2};
  const ModelRequest probe_request_ = Ask("probe");
  FakeClock clock_;
  BreakerPolicy policy_;
  absl::Status failure_;
  FakeProvider* vendor_ = nullptr;
  std::unique_ptr<BreakerProvider> breaker_;
};

TEST_F(BreakerTest, OpensWhenEnoughCallsFailed) {
  Fail(policy_.min_calls - 1);
  EXPECT_TRUE(Passes());  // the 20th call, a success: 19 of 20 failed
  const size_t asked = vendor_->calls();
  const absl::Status status = Call().status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(ErrorReason(status), "BREAKER_OPEN");
  EXPECT_EQ(RetryDelay(status), policy_.open);
  EXPECT_EQ(AttemptsOf(status), 0);
  EXPECT_EQ(vendor_->calls(), asked);
}

TEST_F(BreakerTest, StaysClosedWhileLessThanTheShareFail) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(Passes());
    EXPECT_TRUE(Passes());
    Fail(1);
  }
}

TEST_F(BreakerTest, ForgetsWhatWasBeforeTheWindow) {
  Fail(policy_.min_calls - 1);
  clock_.Advance(policy_.window);
  Fail(policy_.min_calls - 1);
  EXPECT_TRUE(Passes("m"));
}

TEST_F(BreakerTest, TheWindowSlidesAndDoesNotStartAnew) {
  Fail(policy_.min_calls / 2);
  clock_.Advance(policy_.window * 0.6);  // in the older half now
  Fail(policy_.min_calls / 2);
  EXPECT_FALSE(Passes());
}

TEST_F(BreakerTest, ModelsThatNobodyAsksAnyMoreMakeRoomForOthers) {
  for (size_t i = 0; i < kMaxBreakers; ++i) EXPECT_TRUE(Passes(StrCat("old", i)));
  Fail(policy_.min_calls);
  EXPECT_TRUE(Passes());  // no room for "m": it is not watched
  clock_.Advance(policy_.window);
  Fail(policy_.min_calls);
  EXPECT_FALSE(Passes());
}

TEST_F(BreakerTest, OneProbeClosesItAgain) {
  Fail(policy_.min_calls);
  clock_.Advance(policy_.open - absl::Milliseconds(1));
  EXPECT_FALSE(Passes());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(Passes());
  EXPECT_TRUE(Passes());
  Fail(policy_.min_calls - 2);
  EXPECT_TRUE(Passes()) << "old failures are forgotten";
}

TEST_F(BreakerTest, AFailedProbeOpensItAgain) {
  Fail(policy_.min_calls);
  clock_.Advance(policy_.open);
  Fail(1);
  EXPECT_FALSE(Passes());
  clock_.Advance(policy_.open);
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, WhileTheProbeRunsNoOtherCallPasses) {
  const std::unique_ptr<Running<AnswerOr>> probe = StartProbe();
  EXPECT_EQ(ErrorReason(Call().status()), "BREAKER_OPEN");
  vendor_->Release();
  EXPECT_TRUE(probe->Wait().ok());
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, ACancelledProbeLeavesTheNextCallToProbe) {
  const std::unique_ptr<Running<AnswerOr>> probe = StartProbe();
  probe->Cancel();
  EXPECT_EQ(probe->Wait().status().code(), StatusCode::kCancelled);
  vendor_->Release();
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, TellsItsState) {
  const auto state = [this](const std::string& model) {
    ProviderGauges gauges;
    breaker_->ReadGauges(gauges);
    const auto found = gauges.models().find(model);
    return found == gauges.models().end() ? std::nullopt : found->second.breaker;
  };
  EXPECT_EQ(state("m"), std::nullopt);
  EXPECT_TRUE(Passes());
  EXPECT_EQ(state("m"), BreakerState::kClosed);
  Fail(policy_.min_calls);
  EXPECT_EQ(state("m"), BreakerState::kOpen);
  clock_.Advance(policy_.open);
  EXPECT_EQ(state("m"), BreakerState::kHalfOpen);
  EXPECT_TRUE(Passes());
  EXPECT_EQ(state("m"), BreakerState::kClosed);
}

TEST_F(BreakerTest, EachModelHasItsOwn) {
  Fail(policy_.min_calls);
  EXPECT_FALSE(Passes("m"));
  EXPECT_TRUE(Passes("other"));
}

TEST_F(BreakerTest, WhatIsNotTheVendorsFaultCountsNeitherWay) {
  Fail(100, Failure(StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"));
  Fail(100, Failure(StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"));
  Fail(100, Failure(StatusCode::kNotFound, "MODEL_NOT_FOUND"));
  Fail(100, absl::CancelledError("c"));
  Fail(100, Failure(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE"));
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, ALongWaitThatTheVendorAsksForIsObeyedAtOnceAndIsWorthARetry) {
  Fail(1, Limited("4s"));
  EXPECT_TRUE(Passes());
  Fail(1, Limited("42s"));
  const absl::Status status = Call().status();
  EXPECT_EQ(ErrorReason(status), "PROVIDER_RATE_LIMIT");
  EXPECT_EQ(RetryDelay(status), absl::Seconds(42));
  EXPECT_EQ(VendorWait(status), absl::Seconds(42));
  EXPECT_TRUE(IsWorthRetry(status));
  EXPECT_EQ(AttemptsOf(status), 0);
  clock_.Advance(absl::Seconds(42));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Passes());  // all at once, without a probe
}

TEST_F(BreakerTest, RateLimitsDoNotOpenIt) {
  Fail(10 * policy_.min_calls, Limited("1s"));
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, NoWaitThatTheVendorAsksForClosesAModelForLong) {
  Fail(1, Limited("inf"));
  EXPECT_FALSE(Passes());
  clock_.Advance(policy_.longest_early_open);
  EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, AHangingVendorIsFoundOutByTheDeadlinesThatItMisses) {
  const absl::Status late = Failure(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE");
  Fail(policy_.min_calls, late);
  EXPECT_TRUE(Passes());  // their callers gave them no time
  failure_ = late;
  vendor_->Hold();
  std::vector<std::unique_ptr<Running<AnswerOr>>> calls;
  for (int i = 0; i < policy_.min_calls; ++i) {
    calls.push_back(
        std::make_unique<Running<AnswerOr>>(pool_, [this] { return breaker_->Generate(probe_request_, nullptr); }));
  }
  ASSERT_TRUE(vendor_->WaitForInFlight(calls.size()));
  clock_.Advance(policy_.fair_time);
  vendor_->Release();
  for (auto& call : calls) EXPECT_EQ(call->Wait().status(), late);
  failure_ = absl::OkStatus();
  EXPECT_FALSE(Passes());
}

TEST_F(BreakerTest, ARefusalByTheVendorShowsThatItIsInGoodHealth) {
  Fail(policy_.min_calls);
  clock_.Advance(policy_.open);
  Fail(1, WithMetadata(Failure(StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"), "http_status", "400"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Passes());
}

TEST_F(BreakerTest, AProbeThatDecidesNothingMakesWayForAnother) {
  auto probe = StartProbe();
  EXPECT_FALSE(Passes());
  clock_.Advance(policy_.open);
  vendor_->Release();
  EXPECT_TRUE(Passes());
  EXPECT_TRUE(probe->Wait().ok());
}

TEST_F(BreakerTest, AProbeThatHasMadeWayLetsNoThirdOneBesideTheSecond) {
  auto first = StartProbe();
  clock_.Advance(policy_.open);
  const auto start = [this] { return breaker_->Generate(probe_request_, nullptr); };
  Running<AnswerOr> second(pool_, start);
  ASSERT_TRUE(vendor_->WaitForInFlight(2));
  first->Cancel();
  EXPECT_TRUE(absl::IsCancelled(first->Wait().status()));
  const size_t asked = vendor_->calls();
  Running<AnswerOr> third(pool_, start);
  for (int i = 0; i < 4; ++i) Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
  vendor_->Release();
  EXPECT_EQ(ErrorReason(third.Wait().status()), "BREAKER_OPEN");
  EXPECT_EQ(vendor_->calls(), asked);
  EXPECT_TRUE(second.Wait().ok());
}

}  // namespace
}  // namespace attune
