#include "provider/limit.h"

#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/fakes/fake_provider.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

class LimitTest : public testing::Test {
 protected:
  using Call = Running<AnswerOr>;

  LimitTest() {
    auto vendor = std::make_unique<FakeProvider>("fine");
    vendor_ = vendor.get();
    limit_ = std::make_unique<LimitProvider>("vendor", std::move(vendor),
                                             LimitPolicy{.max_in_flight = 2, .max_waiting = 3}, clock_);
  }
  std::unique_ptr<Call> Start(const ModelRequest& request) {
    return std::make_unique<Call>(pool_, [this, &request] { return limit_->Generate(request, nullptr); });
  }
  // Takes both places of the model "m".
  void Fill() {
    vendor_->Hold();
    for (int i = 0; i < 2; ++i) running_.push_back(Start(request_));
    ASSERT_TRUE(vendor_->WaitForInFlight(2));
  }
  // Starts a call that finds no place, and returns once it waits: its thread runs one thing after the other.
  std::unique_ptr<Call> StartWaiting(const ModelRequest& request) {
    std::unique_ptr<Call> call = Start(request);
    Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
    return call;
  }

  const SystemClock clock_;
  IoPool pool_{1};
  const ModelRequest request_ = Ask("q");
  FakeProvider* vendor_ = nullptr;
  std::unique_ptr<LimitProvider> limit_;
  std::vector<std::unique_ptr<Call>> running_;
};

TEST_F(LimitTest, NeverMoreThanTheLimitAtOnceAndAllGetTheirTurn) {
  Fill();
  for (int i = 0; i < 3; ++i) running_.push_back(StartWaiting(request_));
  EXPECT_EQ(vendor_->in_flight(), 2u);
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
  EXPECT_EQ(vendor_->most_in_flight(), 2u);
  EXPECT_EQ(vendor_->calls(), 5u);
}

TEST_F(LimitTest, TellsHowManyAreInFlightAndWait) {
  Fill();
  running_.push_back(StartWaiting(request_));
  ProviderGauges gauges;
  limit_->ReadGauges(gauges);
  ASSERT_EQ(gauges.models().size(), 1u);
  EXPECT_EQ(gauges.models().at("m").in_flight, 2);
  EXPECT_EQ(gauges.models().at("m").waiting, 1);
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
}

TEST_F(LimitTest, WithoutALimitTellsHowManyAreInFlightOfAllModels) {
  auto vendor = std::make_unique<FakeProvider>("fine");
  FakeProvider* const held = vendor.get();
  held->Hold();
  LimitProvider unlimited("vendor", std::move(vendor), LimitPolicy(), clock_);
  const auto in_flight = [&unlimited] {
    ProviderGauges gauges;
    unlimited.ReadGauges(gauges);
    return gauges.models().at("").in_flight;
  };
  Call call(pool_, [&] { return unlimited.Generate(request_, nullptr); });
  ASSERT_TRUE(held->WaitForInFlight(1));
  EXPECT_EQ(in_flight(), 1);
  held->Release();
  EXPECT_TRUE(call.Wait().ok());
  EXPECT_EQ(in_flight(), 0);
}

TEST_F(LimitTest, FirstComeFirstServed) {
  Fill();
  const ModelRequest first = Ask("first"), second = Ask("second");
  auto a = StartWaiting(first);
  auto b = StartWaiting(second);
  running_[0]->Cancel();
  EXPECT_FALSE(running_[0]->Wait().ok());
  ASSERT_TRUE(vendor_->WaitForInFlight(2));
  EXPECT_EQ(vendor_->requests().back().messages[0].content, "first");
  vendor_->Release();
  EXPECT_TRUE(running_[1]->Wait().ok());
  EXPECT_TRUE(a->Wait().ok());
  EXPECT_TRUE(b->Wait().ok());
}

TEST_F(LimitTest, AFullQueueRefuses) {
  Fill();
  for (int i = 0; i < 3; ++i) running_.push_back(StartWaiting(request_));
  const absl::Status status = Start(request_)->Wait().status();
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "PROVIDER_BUSY");
  EXPECT_TRUE(RetryDelay(status).has_value());
  EXPECT_EQ(AttemptsOf(status), 0);
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
}

TEST_F(LimitTest, TheDeadlineEndsTheWaitAndGivesThePlaceInTheQueueBack) {
  Fill();
  ModelRequest hasty = Ask("hasty");
  hasty.deadline = absl::Now() + absl::Milliseconds(10);
  for (int i = 0; i < 10; ++i) {
    const absl::Status status = Start(hasty)->Wait().status();
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(ErrorReason(status), "PROVIDER_DEADLINE");
    EXPECT_EQ(ErrorMetadata(status, "phase"), "queue");
  }
  EXPECT_EQ(vendor_->calls(), 2u);
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
  EXPECT_TRUE(Start(request_)->Wait().ok());
}

TEST_F(LimitTest, ACallCancelledInTheQueueTakesNoPlace) {
  Fill();
  for (int i = 0; i < 10; ++i) {
    auto call = StartWaiting(request_);
    call->Cancel();
    const absl::Status left = call->Wait().status();
    EXPECT_EQ(left.code(), StatusCode::kCancelled);
    EXPECT_EQ(AttemptsOf(left), 0);
  }
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
  EXPECT_EQ(vendor_->calls(), 2u);
  EXPECT_TRUE(Start(request_)->Wait().ok());
}

TEST_F(LimitTest, AModelThatHangsDoesNotHoldUpOthers) {
  Fill();
  const ModelRequest other = Ask("q", "other");
  auto call = Start(other);
  ASSERT_TRUE(vendor_->WaitForInFlight(3));
  vendor_->Release();
  EXPECT_TRUE(call->Wait().ok());
  for (auto& held : running_) EXPECT_TRUE(held->Wait().ok());
}

TEST_F(LimitTest, WithoutALimitAllPass) {
  auto vendor = std::make_unique<FakeProvider>("fine");
  vendor_ = vendor.get();
  limit_ = std::make_unique<LimitProvider>("vendor", std::move(vendor), LimitPolicy(), clock_);
  vendor_->Hold();
  for (int i = 0; i < 50; ++i) running_.push_back(Start(request_));
  EXPECT_TRUE(vendor_->WaitForInFlight(50));
  vendor_->Release();
  for (auto& call : running_) EXPECT_TRUE(call->Wait().ok());
}

// Whoever does not ask TakeUnlimited first.
TEST(CallPlaces, WithoutALimitAPlaceIsTakenAtOnce) {
  const SystemClock clock;
  IoPool pool{1};
  CallPlaces places("vendor", {.max_in_flight = 0}, clock);
  ProviderGauges gauges;
  {
    CallPlaces::Place place;
    EXPECT_TRUE(RunCoroutine(pool, places.Take("m", clock.Now(), place)).ok());
    places.ReadGauges(gauges);
    EXPECT_EQ(gauges.models().at("").in_flight, 1);
  }
  ProviderGauges after;
  places.ReadGauges(after);
  EXPECT_EQ(after.models().at("").in_flight, 0);
}

}  // namespace
}  // namespace attune
