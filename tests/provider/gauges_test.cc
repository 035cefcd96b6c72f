#include "provider/gauges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "provider/registry.h"
#include "tests/fakes/fake_provider.h"

namespace attune {
namespace {

TEST(ProviderGaugesTest, AddsWhatItIsTold) {
  ProviderGauges gauges;
  gauges.AddInFlight("m", 2);
  gauges.AddInFlight("m", 3);
  gauges.AddWaiting("", 1);
  EXPECT_EQ(gauges.models().at("m").in_flight, 5);
  EXPECT_EQ(gauges.models().at("m").waiting, std::nullopt);
  EXPECT_EQ(gauges.models().at("m").breaker, std::nullopt);
  EXPECT_EQ(gauges.models().at("").waiting, 1);
  gauges.AddHedges("m", {.begun = 3, .won = 1, .refused = 2});
  gauges.AddHedges("m", {.begun = 4, .won = 4, .refused = 0});
  const HedgeCounts hedges = gauges.models().at("m").hedges.value();
  EXPECT_EQ(hedges.begun, 7);
  EXPECT_EQ(hedges.won, 5);
  EXPECT_EQ(hedges.refused, 2);
}

TEST(ProviderGaugesTest, KeepsABoundedNumberOfModelsApart) {
  ProviderGauges gauges;
  for (size_t i = 0; i < kMaxGaugedModels + 10; ++i) {
    gauges.AddInFlight(StrCat("m", i), 1);
    gauges.SetBreaker(StrCat("m", i), i == kMaxGaugedModels + 5 ? BreakerState::kOpen : BreakerState::kClosed);
  }
  EXPECT_EQ(gauges.models().size(), kMaxGaugedModels + 1);
  EXPECT_EQ(gauges.models().at("other").in_flight, 10);
  EXPECT_EQ(gauges.models().at("other").breaker, BreakerState::kOpen) << "the worst of them";
}

class OneWaits final : public GaugeSource {
 public:
  void ReadGauges(ProviderGauges& gauges) const override { gauges.AddWaiting("m", 1); }
};

TEST(ProviderGaugesTest, TheRegistryAsksTheDecoratorsOfTheProvidersThatItHas) {
  const OneWaits first, second;
  ProviderRegistry::Builder builder;
  builder.Add("a", std::make_unique<FakeProvider>(), {&first, &second})
      .Add("b", std::make_unique<FakeProvider>(), {&first})
      .Add("b", std::make_unique<FakeProvider>());
  const ProviderRegistry registry = std::move(builder).Build();
  const auto gauges = registry.Gauges();
  ASSERT_EQ(gauges.size(), 2u);
  EXPECT_EQ(gauges.at("a").models().at("m").waiting, 2);
  EXPECT_TRUE(gauges.at("b").models().empty()) << "those of the replaced provider went with it";
}

}  // namespace
}  // namespace attune
