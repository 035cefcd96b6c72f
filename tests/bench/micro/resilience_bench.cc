// What the decorators of a provider cost when they answer by themselves: an open breaker, a hit of the cache. Each call
// is a coroutine of its own, whose start is part of the time.
#include <benchmark/benchmark.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "provider/breaker.h"
#include "provider/cache.h"
#include "provider/call_key.h"

namespace attune {
namespace {

constexpr int kTurns = 9;           // system, four examples of two turns
constexpr size_t kTurnBytes = 120;  // as in a support dataset
constexpr size_t kAnswerBytes = 600;

// A vendor that answers, or is down.
class FixedProvider final : public Provider {
 public:
  explicit FixedProvider(absl::StatusOr<ModelAnswer> outcome) : outcome_(std::move(outcome)) {}
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest&, TextSink*) override { co_return outcome_; }

 private:
  const absl::StatusOr<ModelAnswer> outcome_;
};

ModelRequest Request() {
  ModelRequest request;
  request.model = "m";
  request.parameters.temperature = 0;
  for (int i = 0; i <= kTurns; ++i) request.messages.push_back({Role::kUser, std::string(kTurnBytes, 'q')});
  return request;
}

// Runs one call to its end; an error of the benchmark unless `expected` says that its outcome is right.
template <typename Expected>
void Call(benchmark::State& state, Provider& provider, const ModelRequest& request, const Expected& expected) {
  asio::io_context context(1);
  bool right = false;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        const absl::StatusOr<ModelAnswer> outcome = co_await provider.Generate(request, nullptr);
        right = expected(outcome);
      },
      asio::detached);
  context.run();
  if (!right) state.SkipWithError("another outcome was expected");
}

void AnswerOfOpenBreaker(benchmark::State& state) {
  const SystemClock clock;
  const absl::Status down = Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down");
  BreakerProvider breaker("v", std::make_unique<FixedProvider>(down),
                          {.min_calls = 1, .open = absl::Hours(24), .early_open = absl::Seconds(5)}, clock);
  const ModelRequest request = Request();
  Call(state, breaker, request,
       [](const auto& outcome) { return ErrorReason(outcome.status()) == "PROVIDER_UNAVAILABLE"; });
  for (auto _ : state) {
    Call(state, breaker, request, [](const auto& outcome) { return ErrorReason(outcome.status()) == "BREAKER_OPEN"; });
  }
}
BENCHMARK(AnswerOfOpenBreaker);

void AnswerOfCache(benchmark::State& state) {
  const SystemClock clock;
  ModelAnswer answer;
  answer.text = std::string(kAnswerBytes, 'a');
  answer.finish_reason = FinishReason::kStop;
  CacheProvider cached("v", std::make_unique<FixedProvider>(answer),
                       std::make_shared<AnswerCache>(CachePolicy{.max_bytes = 1 << 20}, clock));
  const ModelRequest request = Request();
  Call(state, cached, request, [](const auto& outcome) { return outcome.ok() && !outcome->cached; });
  for (auto _ : state) {
    Call(state, cached, request, [](const auto& outcome) { return outcome.ok() && outcome->cached; });
  }
}
BENCHMARK(AnswerOfCache);

void MakeCallKey(benchmark::State& state) {
  const ModelRequest request = Request();
  for (auto _ : state) benchmark::DoNotOptimize(CallKey("v", request));
}
BENCHMARK(MakeCallKey);

}  // namespace
}  // namespace attune
