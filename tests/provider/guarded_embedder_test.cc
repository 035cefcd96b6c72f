#include "provider/guarded_embedder.h"

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_embedder.h"
#include "tests/fakes/gate.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using EmbeddingsOr = absl::StatusOr<Embeddings>;

// Waits at a gate before it answers.
class GatedEmbedder final : public Embedder {
 public:
  explicit GatedEmbedder(Gate gate) : gate_(std::move(gate)) {}
  asio::awaitable<EmbeddingsOr> Embed(const EmbedRequest& request) override {
    ++calls;
    co_await gate_.Pass();
    co_return FakeEmbedder::AnswerFor(request, 4);
  }
  std::atomic<int> calls{0};

 private:
  Gate gate_;
};

class GuardedEmbedderTest : public testing::Test {
 protected:
  FakeClock clock_;
  IoPool pool_{1};
  const EmbedRequest request_{.model = "m", .texts = {"text"}};
};

TEST_F(GuardedEmbedderTest, OpensWhenTheVendorKeepsFailingAndClosesAfterAProbe) {
  bool down = true;
  auto vendor = std::make_unique<FakeEmbedder>([&](const EmbedRequest& request) -> EmbeddingsOr {
    if (down) return Unavailable();
    return FakeEmbedder::AnswerFor(request, 4);
  });
  const FakeEmbedder& asked = *vendor;
  GuardedEmbedder embedder("vendor", std::move(vendor), {}, {.min_calls = 3}, clock_);
  const auto embed = [&] { return RunCoroutine(pool_, embedder.Embed(request_)); };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ErrorReason(embed().status()), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(ErrorReason(embed().status()), "BREAKER_OPEN");
  EXPECT_EQ(asked.requests().size(), 3U);
  ProviderGauges gauges;
  embedder.ReadGauges(gauges);
  EXPECT_EQ(gauges.models().at("m").breaker, BreakerState::kOpen);
  down = false;
  clock_.Advance(BreakerPolicy().open);
  EXPECT_TRUE(embed().ok());
  EXPECT_TRUE(embed().ok());
}

TEST_F(GuardedEmbedderTest, HoldsBackWhatIsOverTheLimit) {
  Gate gate;
  auto vendor = std::make_unique<GatedEmbedder>(gate);
  GatedEmbedder& asked = *vendor;
  GuardedEmbedder embedder("vendor", std::move(vendor), {.max_in_flight = 1, .max_waiting = 1}, {}, clock_);
  Running<EmbeddingsOr> first(pool_, [&] { return embedder.Embed(request_); });
  Running<EmbeddingsOr> second(pool_, [&] { return embedder.Embed(request_); });
  EXPECT_EQ(ErrorReason(RunCoroutine(pool_, embedder.Embed(request_)).status()), "PROVIDER_BUSY");
  EXPECT_EQ(asked.calls, 1);
  gate.Open();
  EXPECT_TRUE(first.Wait().ok());
  EXPECT_TRUE(second.Wait().ok());
  EXPECT_EQ(asked.calls, 2);
}

}  // namespace
}  // namespace attune
