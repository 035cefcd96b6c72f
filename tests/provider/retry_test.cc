#include "provider/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/fakes/fake_sleeper.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

class RetryTest : public testing::Test {
 protected:
  AnswerOr Call(std::vector<Outcome> outcomes, absl::Duration within = absl::Hours(1), TextSink* sink = nullptr) {
    auto vendor = std::make_unique<ListedProvider>(std::move(outcomes));
    vendor_ = vendor.get();
    provider_ = std::make_unique<RetryProvider>(std::move(vendor), policy_, clock_, sleeper_, jitter_);
    ModelRequest request = Ask("q");
    request.deadline = clock_.Now() + within;
    return Generate(pool_, *provider_, request, sink);
  }

  IoPool pool_{1};
  FakeClock clock_;
  FakeSleeper sleeper_{clock_};
  Jitter jitter_{7};
  RetryPolicy policy_;
  std::unique_ptr<RetryProvider> provider_;
  ListedProvider* vendor_ = nullptr;
  KeepingTextSink sink_;
};

TEST_F(RetryTest, ASuccessTakesOneAttempt) {
  const AnswerOr answer = Call({});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->attempts, 1);
  EXPECT_EQ(vendor_->calls(), 1u);
}

struct Case {
  absl::Status failure;
  bool retried;
};

TEST_F(RetryTest, AsksAgainOnlyAfterWhatMayPass) {
  const std::vector<Case> cases = {
      {Unavailable(), true},
      {Cut(), true},
      {Limited("1s"), true},
      {Failure(StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE"), false},  // the vendor said: do not retry
      {Failure(StatusCode::kResourceExhausted, "PROVIDER_QUOTA"), false},
      {Failure(StatusCode::kFailedPrecondition, "PROVIDER_KEY_REFUSED"), false},
      {Failure(StatusCode::kNotFound, "MODEL_NOT_FOUND"), false},
      {Failure(StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"), false},
      {Failure(StatusCode::kInternal, "PROVIDER_GARBAGE"), false},
      {Failure(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE"), false},
      {Error(StatusCode::kUnavailable, "BREAKER_OPEN").RetryAfter(absl::Seconds(1)), false},
      {absl::CancelledError("c"), false},
  };
  for (const Case& c : cases) {
    const AnswerOr answer = Call({{c.failure}});
    EXPECT_EQ(vendor_->calls(), c.retried ? 2u : 1u) << c.failure;
    EXPECT_EQ(answer.ok(), c.retried) << c.failure;
    if (answer.ok()) {
      EXPECT_EQ(answer->attempts, 2);
    } else {
      EXPECT_EQ(answer.status(), c.failure);
    }
  }
}

TEST_F(RetryTest, GivesUpAfterTheLastRetryAndSaysHowOftenItTried) {
  const AnswerOr answer = Call({{Unavailable()}, {Cut()}, {Unavailable()}, {Unavailable()}});
  EXPECT_EQ(vendor_->calls(), 3u);
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(ErrorMetadata(answer.status(), "attempts"), "3");
  EXPECT_EQ(AttemptsOf(answer), 3);
}

TEST_F(RetryTest, TheWaitIsDrawnBelowADoublingBound) {
  policy_.retries = 8;
  policy_.first = absl::Milliseconds(100);
  policy_.longest = absl::Seconds(1);
  double sum = 0;
  for (int round = 0; round < 200; ++round) {
    EXPECT_TRUE(Call(std::vector<Outcome>(8, {Unavailable(), ""})).ok());
    for (size_t k = 0; k < 8; ++k) {
      const absl::Duration bound = std::min(absl::Milliseconds(100) * (1 << k), absl::Seconds(1));
      const absl::Duration wait = sleeper_.sleeps().at(static_cast<size_t>(round) * 8 + k);
      ASSERT_GE(wait, absl::ZeroDuration());
      ASSERT_LT(wait, bound);
      sum += absl::FDivDuration(wait, bound);
    }
  }
  EXPECT_NEAR(sum / 1600, 0.5, 0.03);  // evenly: full jitter
}

TEST_F(RetryTest, WaitsAtLeastAsLongAsTheVendorAsks) {
  EXPECT_TRUE(Call({{Limited("30s")}}).ok());
  // And not much longer: only so that not all who were told the same come back at once.
  EXPECT_THAT(sleeper_.sleeps(), testing::ElementsAre(testing::AllOf(testing::Gt(absl::Seconds(30)),
                                                                     testing::Lt(absl::Milliseconds(30'500)))));
  EXPECT_EQ(vendor_->calls(), 2u);
  EXPECT_FALSE(Call({{Limited("61s")}}).ok());
  EXPECT_EQ(vendor_->calls(), 1u) << "longer than anyone waits";
}

TEST_F(RetryTest, NeverWaitsPastTheDeadline) {
  const AnswerOr answer = Call({{Limited("30s")}}, absl::Seconds(30));
  EXPECT_EQ(vendor_->calls(), 1u);
  EXPECT_THAT(sleeper_.sleeps(), testing::IsEmpty());
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_RATE_LIMIT");
}

TEST_F(RetryTest, AsksNothingAgainAfterTextHasPassed) {
  const AnswerOr answer = Call({{Cut(), "half"}}, absl::Hours(1), &sink_);
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_CUT");
  EXPECT_EQ(vendor_->calls(), 1u);
  EXPECT_EQ(sink_.text(), "half");
  ASSERT_TRUE(Call({{Cut()}}, absl::Hours(1), &sink_).ok());  // cut before any text
  EXPECT_EQ(sink_.text(), "halffine");
}

TEST_F(RetryTest, ACallerWhoLeavesDuringTheWaitEndsIt) {
  sleeper_.result = absl::CancelledError("gone");
  const absl::Status status = Call({{Unavailable()}, {Unavailable()}}).status();
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(AttemptsOf(status), 1);
  EXPECT_EQ(vendor_->calls(), 1u);
}

TEST_F(RetryTest, TheRealSleeperObeysCancellation) {
  const TimerSleeper sleeper;
  Running<absl::Status> waiting(pool_, [&] { return sleeper.Sleep(absl::Hours(1)); });
  waiting.Cancel();
  EXPECT_EQ(waiting.Wait().code(), StatusCode::kCancelled);
  EXPECT_TRUE(Running<absl::Status>(pool_, [&] { return sleeper.Sleep(absl::Milliseconds(1)); }).Wait().ok());
}

}  // namespace
}  // namespace attune
