// What a decorator has taken for a call it gives back, also when the call ends by an exception, which only a library
// can throw: memory that is not there.
#include <gtest/gtest.h>

#include <new>
#include <optional>

#include "provider/breaker.h"
#include "provider/coalesce.h"
#include "provider/limit.h"
#include "provider/throttle.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/gate.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

// Its first calls throw, inside of its coroutine, after they have passed the gate, if there is one; later ones answer.
class ThrowingProvider final : public Provider {
 public:
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest&, TextSink*) override {
    const bool throws = ++calls <= throwing;
    if (gate) co_await gate->Pass();
    if (throws) throw std::bad_alloc();
    if (!failure.ok()) co_return failure;
    co_return ModelAnswer{.text = "fine", .finish_reason = FinishReason::kStop, .rate_limits = limits};
  }
  int calls = 0;
  int throwing = 1;
  std::optional<Gate> gate;
  absl::Status failure;
  RateLimits limits;
};

class ThrowingSleeper final : public Sleeper {
 public:
  asio::awaitable<absl::Status> Sleep(absl::Duration) const override {
    throw std::bad_alloc();
    co_return absl::OkStatus();
  }
};

// Everything happens on one thread.
class ExceptionsTest : public testing::Test {
 protected:
  std::unique_ptr<ThrowingProvider> NewVendor() {
    auto vendor = std::make_unique<ThrowingProvider>();
    vendor_ = vendor.get();
    return vendor;
  }
  AnswerOr Call(Provider& provider) { return Generate(pool_, provider, request_); }
  static int64_t InFlight(const LimitProvider& limit, std::string_view model) {
    ProviderGauges gauges;
    limit.ReadGauges(gauges);
    const auto found = gauges.models().find(model);
    return found == gauges.models().end() ? 0 : found->second.in_flight.value();
  }
  void Settle() {
    for (int i = 0; i < 4; ++i) Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
  }

  IoPool pool_{1};
  FakeClock clock_;
  const ModelRequest request_ = [this] {
    ModelRequest request = Ask("q");
    request.parameters.temperature = 0;
    request.deadline = clock_.Now() + absl::Seconds(20);  // a wait that should end, and does not, ends all the same
    return request;
  }();
  ThrowingProvider* vendor_ = nullptr;
};

TEST_F(ExceptionsTest, ALimitGivesThePlaceToTheNextOne) {
  LimitProvider limit("vendor", NewVendor(), {.max_in_flight = 1}, clock_);
  vendor_->gate.emplace();
  Running<AnswerOr> first(pool_, [&] { return limit.Generate(request_, nullptr); });
  Running<AnswerOr> second(pool_, [&] { return limit.Generate(request_, nullptr); });
  Settle();
  EXPECT_EQ(vendor_->calls, 1);
  vendor_->gate->Open();
  EXPECT_THROW(first.Wait(), std::bad_alloc);
  EXPECT_TRUE(second.Wait().ok());
  EXPECT_EQ(InFlight(limit, "m"), 0);
  EXPECT_TRUE(Call(limit).ok());
}

TEST_F(ExceptionsTest, ACallWithoutALimitIsNoLongerInFlight) {
  LimitProvider limit("vendor", NewVendor(), LimitPolicy(), clock_);
  EXPECT_THROW(Call(limit).IgnoreError(), std::bad_alloc);
  EXPECT_EQ(InFlight(limit, ""), 0);
}

TEST_F(ExceptionsTest, AProbeMakesWayForAnotherOne) {
  BreakerProvider breaker("vendor", NewVendor(), {.min_calls = 1}, clock_);
  vendor_->throwing = 0;
  vendor_->failure = Unavailable();
  EXPECT_FALSE(Call(breaker).ok());
  clock_.Advance(BreakerPolicy().open);
  vendor_->failure = absl::OkStatus();
  vendor_->throwing = vendor_->calls + 1;
  EXPECT_THROW(Call(breaker).IgnoreError(), std::bad_alloc);
  EXPECT_TRUE(Call(breaker).ok());
}

TEST_F(ExceptionsTest, AWaitForTheVendorsLimitIsOver) {
  const ThrowingSleeper sleeper;
  Jitter jitter(0);
  ThrottleProvider throttle("vendor", NewVendor(), clock_, sleeper, jitter);
  vendor_->throwing = 0;
  vendor_->limits.requests = RateLimits::Left{.left = 0, .limit = 1, .reset = absl::Seconds(1)};
  EXPECT_TRUE(Call(throttle).ok());
  EXPECT_THROW(Call(throttle).IgnoreError(), std::bad_alloc);
  ProviderGauges gauges;
  throttle.ReadGauges(gauges);
  EXPECT_EQ(gauges.models().at("").waiting, 0);
}

TEST_F(ExceptionsTest, ThoseWhoWaitForAnEqualCallAskThemselves) {
  CoalesceProvider coalesced("vendor", NewVendor(), clock_);
  vendor_->gate.emplace();
  Running<AnswerOr> first(pool_, [&] { return coalesced.Generate(request_, nullptr); });
  Running<AnswerOr> second(pool_, [&] { return coalesced.Generate(request_, nullptr); });
  Running<AnswerOr> third(pool_, [&] { return coalesced.Generate(request_, nullptr); });
  Settle();
  EXPECT_EQ(vendor_->calls, 1);
  vendor_->gate->Open();
  EXPECT_THROW(first.Wait(), std::bad_alloc);
  EXPECT_TRUE(second.Wait().ok());
  EXPECT_TRUE(third.Wait().ok());
  EXPECT_TRUE(Call(coalesced).ok()) << "the call that threw is forgotten";
}

}  // namespace
}  // namespace attune
