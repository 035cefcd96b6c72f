// Models, routes, limits and the cache in the configuration file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/strings.h"
#include "config.h"

namespace attune {
namespace {

absl::StatusOr<Config> Parse(const std::string& text) {
  return ParseConfig("attune.yaml", text, [](const std::string&) { return std::string(); });
}

TEST(ConfigModelsTest, ReadsModels) {
  const auto config = Parse(R"(
models:
  azure/gpt-4o-mini:
    aliases: [team/fast, team/small]
    context_tokens: 128000
    defaults: {temperature: 0, top_p: 0.5, max_tokens: 500, stop: [END], seed: 7, cache: false}
    prices:
      - {from: 2026-01-01, input: 0.15, output: 0.60}
      - {from: 2026-07-01, currency: EUR, input: 0.10, cached_input: 0.05, output: 0.40}
  openai/o3: {prices: {input: 2, output: 8}}
)");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->models.size(), 2u);
  const ModelConfig& model = config->models[0];
  EXPECT_EQ(model.name, "azure/gpt-4o-mini");
  EXPECT_THAT(model.aliases, testing::ElementsAre("team/fast", "team/small"));
  EXPECT_EQ(model.facts.context_tokens, 128'000);
  const Parameters& defaults = model.facts.defaults;
  EXPECT_EQ(defaults.temperature, 0);
  EXPECT_EQ(defaults.top_p, 0.5);
  EXPECT_EQ(defaults.max_tokens, 500);
  EXPECT_THAT(defaults.stop, testing::ElementsAre("END"));
  EXPECT_EQ(defaults.seed, 7);
  EXPECT_EQ(defaults.cache, false);
  ASSERT_EQ(model.facts.prices.size(), 2u);
  EXPECT_EQ(model.facts.prices[0].from, absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone()));
  EXPECT_EQ(model.facts.prices[0].currency, "USD");
  EXPECT_EQ(model.facts.prices[0].input, 150'000'000);
  EXPECT_EQ(model.facts.prices[0].cached_input, 150'000'000);  // as input, if it is not told
  EXPECT_EQ(model.facts.prices[1].currency, "EUR");
  EXPECT_EQ(model.facts.prices[1].cached_input, 50'000'000);
  EXPECT_EQ(model.facts.prices[1].output, 400'000'000);
  EXPECT_EQ(config->models[1].facts.prices[0].from, absl::InfinitePast());
}

TEST(ConfigModelsTest, ReadsRoutesWithWeights) {
  const auto config = Parse(R"(
routes:
  main:
    - [{model: a/x, weight: 3}, {model: b/y}, c/z]
    - builtin/nearest
)");
  ASSERT_TRUE(config.ok()) << config.status();
  const RouteConfig& route = config->routes[0];
  ASSERT_EQ(route.choices.size(), 2u);
  ASSERT_EQ(route.choices[0].size(), 3u);
  EXPECT_EQ(route.choices[0][0].model, "a/x");
  EXPECT_EQ(route.choices[0][0].weight, 3);
  EXPECT_EQ(route.choices[0][1].weight, 1);
  EXPECT_EQ(route.choices[0][2].model, "c/z");
  EXPECT_EQ(route.choices[1][0].model, "builtin/nearest");
}

TEST(ConfigModelsTest, ReadsLimitsAndTheCache) {
  const auto config = Parse(R"(
limits:
  each-user: {per: user, window: 1m, requests: 60, tokens: 100000, cost: 0.50 USD}
  each-team: {per: "label:team", window: 24h, cost: 5 EUR}
  in-all: {requests: 5}
cache: {max_mib: 256, ttl: 10m}
)");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->limits.size(), 3u);
  EXPECT_EQ(config->limits[0], (CallerLimit{.name = "each-user",
                                            .scope = {LimitScope::Kind::kUser, ""},
                                            .window = absl::Minutes(1),
                                            .requests = 60,
                                            .tokens = 100'000,
                                            .cost = Money{500'000'000, "USD"}}));
  EXPECT_EQ(config->limits[1].scope, (LimitScope{LimitScope::Kind::kLabel, "team"}));
  EXPECT_EQ(config->limits[1].cost, (Money{5'000'000'000, "EUR"}));
  EXPECT_EQ(config->limits[2].scope, LimitScope());
  EXPECT_EQ(config->limits[2].window, absl::Minutes(1));
  EXPECT_EQ(config->cache.max_bytes, size_t{256} << 20);
  EXPECT_EQ(config->cache.ttl, absl::Minutes(10));
  EXPECT_EQ(Parse("")->cache.max_bytes, 0u);
}

struct Bad {
  const char* text;
  const char* message;
};

TEST(ConfigModelsTest, EveryErrorHasItsPlaceAndItsCause) {
  const std::vector<Bad> cases = {
      {"models:\n  gpt: {}\n", "attune.yaml:2:3: 'gpt' is not written provider/model"},
      {"models:\n  a/b: {aliases: [fast]}\n", "attune.yaml:2:18: aliases: 'fast' is not written like a model"},
      {"models:\n  a/b: {context_tokens: 0}\n", "attune.yaml:2:25: context_tokens: must be 1 to"},
      {"models:\n  a/b: {context: 5}\n", "attune.yaml:2:9: model 'a/b' has no key 'context'"},
      {"models:\n  a/b: {defaults: {temperature: 3}}\n", "attune.yaml:2:19: "},
      {"models:\n  a/b: {defaults: {model: x/y}}\n", "attune.yaml:2:20: defaults has no key 'model'"},
      {"models:\n  a/b: {prices: {input: 1}}\n", "attune.yaml:2:17: a price needs the key 'output'"},
      {"models:\n  a/b: {prices: {input: cheap, output: 1}}\n",
       "attune.yaml:2:25: input: 'cheap' is no price of a million tokens, such as 0.15"},
      {"models:\n  a/b: {prices: {input: -1, output: 1}}\n", "attune.yaml:2:25: input: '-1' is no price"},
      {"models:\n  a/b: {prices: {from: May, input: 1, output: 1}}\n",
       "attune.yaml:2:24: from: must be a day, as in 2026-01-31"},
      {"models:\n  a/b: {prices: {currency: dollars, input: 1, output: 1}}\n",
       "attune.yaml:2:28: currency: must be three capital letters, as in USD"},
      {"models:\n  a/b:\n    prices:\n      - {from: 2026-02-01, input: 1, output: 1}\n"
       "      - {from: 2026-01-01, input: 1, output: 1}\n",
       "attune.yaml:5:9: a price must begin later (from) than the one before it"},
      {"models:\n  a/b: {prices: free}\n", "attune.yaml:2:17: prices must be a price, or a list of prices by day"},
      {"routes:\n  main: [{model: a/b, weight: 0}]\n", "attune.yaml:2:31: weight: must be above 0"},
      {"routes:\n  main: [{model: a/b, weight: .nan}]\n", "attune.yaml:2:31: weight: must be above 0"},
      {"routes:\n  main: [{weight: 1}]\n", "attune.yaml:2:10: a model of a route needs the key 'model'"},
      {"routes:\n  main: [[]]\n", "attune.yaml:2:10: a choice must have at least one model"},
      {"routes:\n  main: [[[a/b]]]\n", "attune.yaml:2:11: a model of a route must be a map of keys and values"},
      {"routes:\n  main: [a/a, a/a, a/a, a/a, a/a, a/a, a/a, a/a, a/a, a/a, a/a]\n",
       "attune.yaml:2:9: route 'main' has 11 models; at most 10 are allowed"},
      {"limits:\n  l: {per: user}\n", "attune.yaml:2:6: limit 'l' limits nothing: it needs requests, tokens or cost"},
      {"limits:\n  l: {per: users, requests: 1}\n", "attune.yaml:2:12: per: must be user, label:NAME or all"},
      {"limits:\n  l: {per: \"label:\", requests: 1}\n", "attune.yaml:2:12: per: must be user, label:NAME or all"},
      {"limits:\n  l: {window: 1ms, requests: 1}\n", "attune.yaml:2:15: window: must be 1s to 744h"},
      {"limits:\n  l: {requests: 0}\n", "attune.yaml:2:17: requests: must be 1 to"},
      {"limits:\n  l: {cost: much}\n", "attune.yaml:2:13: cost: must be money above 0, as in 0.50 USD"},
      {"limits:\n  l: {cost: 0 USD}\n", "attune.yaml:2:13: cost: must be money above 0, as in 0.50 USD"},
      {"cache: {ttl: 1h}\n", "attune.yaml:1:8: cache needs the key 'max_mib'"},
      {"cache: {max_mib: -1}\n", "attune.yaml:1:18: max_mib: must be 0 to"},
      {"cache: 5\n", "attune.yaml:1:8: cache must be a map of keys and values"},
  };
  for (const Bad& bad : cases) {
    const absl::Status status = Parse(bad.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad.text;
    EXPECT_TRUE(StdView(status.message()).starts_with(bad.message)) << bad.text << status;
  }
}

}  // namespace
}  // namespace attune
