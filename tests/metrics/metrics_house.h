// Metrics over an Ask server whose one provider, "frail", has a limit and a breaker, and answers or fails as the test
// says.
#ifndef ATTUNE_TESTS_METRICS_METRICS_HOUSE_H_
#define ATTUNE_TESTS_METRICS_METRICS_HOUSE_H_

#include <prometheus/text_serializer.h>

#include <memory>
#include <string>

#include "metrics.h"
#include "provider/breaker.h"
#include "provider/limit.h"
#include "tests/ask/ask_server.h"

namespace attune {

class MetricsHouse {
 public:
  MetricsHouse() { PutProvider(); }

  MetricsSources sources() {
    return {.stats = *stats,
            .asker = server.asker,
            .interactions = server.queue,
            .log = nullptr,
            .embeds = embeds,
            .backfill = backfill,
            .providers = [this] { return server.providers.Get(); }};
  }

  // A new one, in a new registry, as after the configuration was read again.
  void PutProvider() {
    auto vendor = std::make_unique<FakeProvider>([this](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
      server.clock.Advance(absl::Milliseconds(30));
      if (!failure.ok()) return failure;
      return ModelAnswer{
          .text = "fine",
          .finish_reason = FinishReason::kStop,
          .usage = {.reported = true, .input_tokens = 70, .cached_input_tokens = 50, .output_tokens = 5}};
    });
    auto limit = std::make_unique<LimitProvider>("frail", std::move(vendor), LimitPolicy(), server.clock);
    const LimitProvider* const limit_gauges = limit.get();
    auto breaker = std::make_unique<BreakerProvider>("frail", std::move(limit), policy, server.clock);
    const BreakerProvider* const breaker_gauges = breaker.get();
    ProviderRegistry::Builder builder;
    builder.Add("frail", std::move(breaker), {limit_gauges, breaker_gauges});
    // One nano a token read, ten a token written; cached ones are free.
    builder.AddModel("frail/m", {.prices = {{.input = 1'000'000, .cached_input = 0, .output = 10'000'000}}});
    server.providers.Set(std::make_shared<const ProviderRegistry>(std::move(builder).Build()));
  }

  absl::StatusOr<AskResult> Ask(AskSink* sink = nullptr) {
    AskRequest request = Question(std::string(200, 'q'));  // long enough to learn of its tokens
    request.overrides.model = "frail/m";
    return server.Ask(std::move(request), sink);
  }

  std::string Text() { return prometheus::TextSerializer().Serialize(MetricsCollector(sources()).Collect()); }

  const std::unique_ptr<AskStats> stats = std::make_unique<AskStats>();
  AskServer server{{}, std::make_unique<FakeProvider>(), AskWatch{.stats = stats.get(), .log = nullptr}};
  EmbedStats embeds;
  BackfillCounters backfill;
  absl::Status failure;
  BreakerPolicy policy{.min_calls = 1};
};

}  // namespace attune

#endif  // ATTUNE_TESTS_METRICS_METRICS_HOUSE_H_
