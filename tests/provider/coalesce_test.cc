#include "provider/coalesce.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/attempts.h"
#include "tests/fakes/fake_provider.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

class CoalesceTest : public testing::Test {
 protected:
  using Call = Running<AnswerOr>;

  CoalesceTest() {
    request_.parameters.temperature = 0;
    Serve(std::make_unique<FakeProvider>("fine"));
  }
  void Serve(std::unique_ptr<FakeProvider> vendor) {
    vendor_ = vendor.get();
    coalesced_ = std::make_unique<CoalesceProvider>("vendor", std::move(vendor), clock_);
    vendor_->Hold();
  }
  std::unique_ptr<Call> Start(const ModelRequest& request, TextSink* sink = nullptr) {
    return std::make_unique<Call>(pool_, [this, &request, sink] { return coalesced_->Generate(request, sink); });
  }
  // Starts a call that joins another one, and returns once it waits on each of the threads.
  std::unique_ptr<Call> StartWaiting(const ModelRequest& request) {
    std::unique_ptr<Call> call = Start(request);
    Settle();
    return call;
  }
  // Until each thread has done what it had to do, and what followed from that.
  void Settle() {
    for (int i = 0; i < 4 * kThreads; ++i) {
      Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
    }
  }

  static constexpr int kThreads = 2;
  const SystemClock clock_;
  IoPool pool_{kThreads};
  ModelRequest request_ = Ask("q");
  FakeProvider* vendor_ = nullptr;
  std::unique_ptr<CoalesceProvider> coalesced_;
  KeepingTextSink sink_;
};

TEST_F(CoalesceTest, EqualCallsInFlightAreOneCall) {
  std::vector<std::unique_ptr<Call>> calls;
  calls.push_back(Start(request_));
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  for (int i = 0; i < 7; ++i) calls.push_back(StartWaiting(request_));
  EXPECT_EQ(vendor_->calls(), 1u);
  vendor_->Release();
  int paid = 0;
  for (auto& call : calls) {
    const AnswerOr answer = call->Wait();
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->text, "fine");
    EXPECT_EQ(answer->attempts, answer->cached ? 0 : 1);
    paid += !answer->cached;
  }
  EXPECT_EQ(paid, 1);
  EXPECT_EQ(vendor_->calls(), 1u);
  EXPECT_TRUE(Start(request_)->Wait().ok());  // nothing is kept
  EXPECT_EQ(vendor_->calls(), 2u);
}

TEST_F(CoalesceTest, OthersAreNot) {
  std::vector<ModelRequest> others(5, request_);
  others[0].messages[0].content = "other";
  others[1].parameters.temperature = 1;
  others[2].parameters.temperature = 1;
  others[3].parameters.cache = false;
  others[4].patience = absl::Seconds(2);
  std::vector<std::unique_ptr<Call>> calls;
  calls.push_back(Start(request_));
  for (const ModelRequest& other : others) calls.push_back(Start(other));
  calls.push_back(Start(request_, &sink_));
  EXPECT_TRUE(vendor_->WaitForInFlight(7));
  vendor_->Release();
  for (auto& call : calls) EXPECT_TRUE(call->Wait().ok());
  EXPECT_EQ(sink_.text(), "fine");
}

TEST_F(CoalesceTest, AFailureIsEveryones) {
  Serve(std::make_unique<FakeProvider>([](const ModelRequest&) { return Unavailable(); }));
  auto first = Start(request_);
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  auto second = StartWaiting(request_);
  vendor_->Release();
  const absl::Status told = first->Wait().status(), shared = second->Wait().status();
  EXPECT_EQ(told, Unavailable());
  EXPECT_EQ(shared.message(), told.message());
  EXPECT_EQ(ErrorReason(shared), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(AttemptsOf(told) + AttemptsOf(shared), 1) << "each call is somebody's, and no call is two callers'";
  EXPECT_EQ(vendor_->calls(), 1u);
}

TEST_F(CoalesceTest, WhenTheFirstCallerLeavesAnotherAsks) {
  auto first = Start(request_);
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  auto second = StartWaiting(request_);
  auto third = StartWaiting(request_);
  first->Cancel();
  EXPECT_FALSE(first->Wait().ok());
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  Settle();  // the other one has joined it
  vendor_->Release();
  EXPECT_TRUE(second->Wait().ok());
  EXPECT_TRUE(third->Wait().ok());
  EXPECT_EQ(vendor_->calls(), 2u);
}

TEST_F(CoalesceTest, WhenTheFirstCallersTimeIsOverAnotherAsks) {
  ModelRequest hurried = request_, patient = request_;
  hurried.deadline = clock_.Now() + absl::Hours(2);
  patient.deadline = clock_.Now() + absl::Hours(3);
  Serve(std::make_unique<FakeProvider>([&hurried](const ModelRequest& request) -> AnswerOr {
    if (request.deadline == hurried.deadline) return Failure(absl::StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE");
    return ModelAnswer{.text = "late", .finish_reason = FinishReason::kStop};
  }));
  auto first = Start(hurried);
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  auto second = StartWaiting(patient);
  EXPECT_EQ(vendor_->calls(), 1u);
  vendor_->Release();
  EXPECT_EQ(ErrorReason(first->Wait().status()), "PROVIDER_DEADLINE");
  const AnswerOr answer = second->Wait();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "late");
}

TEST_F(CoalesceTest, NobodyWaitsForACallThatHasMuchLessTime) {
  ModelRequest hurried = request_, patient = request_;
  hurried.deadline = clock_.Now() + absl::Hours(1);
  patient.deadline = clock_.Now() + absl::Hours(3);
  Serve(std::make_unique<FakeProvider>([&hurried](const ModelRequest& request) -> AnswerOr {
    if (request.deadline == hurried.deadline) return Unavailable();  // which it had no time to try again
    return ModelAnswer{.text = "fine", .finish_reason = FinishReason::kStop};
  }));
  auto first = Start(hurried);
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  auto second = Start(patient);
  ASSERT_TRUE(vendor_->WaitForInFlight(2));
  auto third = StartWaiting(patient);
  auto fourth = StartWaiting(hurried);
  EXPECT_EQ(vendor_->calls(), 2u) << "others wait for the one that has the most time";
  vendor_->Release();
  EXPECT_EQ(ErrorReason(first->Wait().status()), "PROVIDER_UNAVAILABLE");
  for (auto* call : {&second, &third, &fourth}) EXPECT_TRUE((*call)->Wait().ok());
  EXPECT_EQ(vendor_->calls(), 2u);
}

TEST_F(CoalesceTest, OneThatWaitsCanLeaveAndItsDeadlineHolds) {
  auto first = Start(request_);
  ASSERT_TRUE(vendor_->WaitForInFlight(1));
  auto leaving = StartWaiting(request_);
  leaving->Cancel();
  const absl::Status left = leaving->Wait().status();
  EXPECT_TRUE(absl::IsCancelled(left));
  EXPECT_EQ(AttemptsOf(left), 0);
  ModelRequest hurried = request_;
  hurried.deadline = clock_.Now() + absl::Milliseconds(5);
  const absl::Status late = Start(hurried)->Wait().status();
  EXPECT_EQ(ErrorReason(late), "PROVIDER_DEADLINE");
  EXPECT_EQ(AttemptsOf(late), 0);
  EXPECT_EQ(vendor_->cancelled(), 0u);
  vendor_->Release();
  EXPECT_TRUE(first->Wait().ok());
}

TEST_F(CoalesceTest, ManyOnManyThreadsAllGetAnAnswer) {
  vendor_->Release();
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 2000; ++i) {
    calls.push_back(Start(request_));
    if (i % 7 == 0) calls.back()->Cancel();
  }
  int answered = 0;
  for (auto& call : calls) {
    const AnswerOr answer = call->Wait();
    answered += answer.ok();
    EXPECT_TRUE(answer.ok() || absl::IsCancelled(answer.status())) << answer.status();
  }
  EXPECT_GE(answered, 2000 - 2000 / 7 - 1);
}

}  // namespace
}  // namespace attune
