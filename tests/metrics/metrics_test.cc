#include "metrics.h"

#include "tests/metrics/metrics_house.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kModel[] =
    "gen_ai_provider_name=\"frail\",gen_ai_request_model=\"frail/m\",gen_ai_response_model=\"frail/m\"";

TEST(Metrics, TellOfAnswers) {
  MetricsHouse house;
  StreamLog stream;
  ASSERT_TRUE(house.Ask().ok());
  ASSERT_TRUE(house.Ask(&stream).ok());
  const std::string text = house.Text();
  const std::string chat = StrCat(kModel, ",gen_ai_operation_name=\"chat\"");
  for (const std::string& line : {
           StrCat("\nattune_asks_total{", kModel, ",outcome=\"ok\"} 2\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_count{", chat, "} 2\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_sum{", chat, "} 0.06\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_bucket{", chat, ",le=\"0.02\"} 0\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_bucket{", chat, ",le=\"0.04\"} 2\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_bucket{", chat, ",le=\"+Inf\"} 2\n"),
           StrCat("\ngen_ai_client_operation_time_to_first_chunk_seconds_count{", chat, "} 1\n"),
           StrCat("\ngen_ai_client_token_usage_sum{", chat, ",gen_ai_token_type=\"input\"} 140\n"),
           StrCat("\ngen_ai_client_token_usage_sum{", chat, ",gen_ai_token_type=\"output\"} 10\n"),
           StrCat("\ngen_ai_client_token_usage_bucket{", chat, ",gen_ai_token_type=\"input\",le=\"64\"} 0\n"),
           StrCat("\ngen_ai_client_token_usage_bucket{", chat, ",gen_ai_token_type=\"input\",le=\"256\"} 2\n"),
           StrCat("\nattune_ask_duration_seconds_sum{", kModel, "} 0.06\n"),
           StrCat("\nattune_overhead_seconds_bucket{", kModel, ",le=\"0.0001\"} 2\n"),
           StrCat("\nattune_cached_input_tokens_total{", kModel, "} 100\n"),
           StrCat("\nattune_retries_total{", kModel, "} 0\n"),
           StrCat("\nattune_cost_total{", kModel, ",currency=\"USD\"} 1.4e-07\n"),
           StrCat("\nattune_cost_unknown_total{", kModel, "} 0\n"),
           std::string("\nattune_asks_in_flight 0\n"),
           std::string("\nattune_breaker_state{provider=\"frail\",model=\"m\"} 0\n"),
           std::string("\nattune_provider_in_flight{provider=\"frail\"} 0\n"),
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("error_type")));
  EXPECT_THAT(text, Not(HasSubstr("\"other\"")));
}

TEST(Metrics, TellOfFailuresAndOpenBreakersUntilTheProvidersAreExchanged) {
  MetricsHouse house;
  house.failure = Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down");
  EXPECT_FALSE(house.Ask().ok());
  EXPECT_EQ(ErrorReason(house.Ask().status()), "BREAKER_OPEN");
  const std::string text = house.Text();
  const std::string model = "gen_ai_provider_name=\"frail\",gen_ai_request_model=\"frail/m\"";
  for (const std::string& line : {
           StrCat("\nattune_asks_total{", model, ",outcome=\"PROVIDER_UNAVAILABLE\"} 1\n"),
           StrCat("\nattune_asks_total{", model, ",outcome=\"BREAKER_OPEN\"} 1\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_count{", model,
                  ",gen_ai_operation_name=\"chat\",error_type=\"PROVIDER_UNAVAILABLE\"} 1\n"),
           std::string("\nattune_breaker_state{provider=\"frail\",model=\"m\"} 2\n"),
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("error_type=\"BREAKER_OPEN\""))) << "nobody was called";
  house.server.clock.Advance(house.policy.open);
  EXPECT_THAT(house.Text(), HasSubstr("\nattune_breaker_state{provider=\"frail\",model=\"m\"} 1\n"));
  house.PutProvider();
  EXPECT_THAT(house.Text(), Not(HasSubstr("\nattune_breaker_state{")));
}

class OneHedged final : public GaugeSource {
 public:
  void ReadGauges(ProviderGauges& gauges) const override {
    gauges.AddHedges("m", {.begun = 3, .won = 2, .refused = 1});
  }
};

TEST(Metrics, TellOfHedgesAndOfTheCacheWhereTheyAreOn) {
  MetricsHouse house;
  ASSERT_TRUE(house.Ask().ok());
  EXPECT_THAT(house.Text(), Not(HasSubstr("\nattune_hedges_total{")));
  EXPECT_THAT(house.Text(), Not(HasSubstr("\nattune_cache_entries ")));
  const auto cache = std::make_shared<AnswerCache>(CachePolicy{.max_bytes = 1 << 20}, house.server.clock);
  EXPECT_EQ(cache->Get("key"), nullptr);
  cache->Put("key", {.text = "fine"});
  for (int i = 0; i < 2; ++i) EXPECT_NE(cache->Get("key"), nullptr);
  const OneHedged hedges;
  ProviderRegistry::Builder builder;
  builder.Add("slow", std::make_unique<FakeProvider>(), {&hedges}).SetCache(cache);
  house.server.providers.Set(std::make_shared<const ProviderRegistry>(std::move(builder).Build()));
  const std::string text = house.Text();
  for (const std::string& line : {
           std::string("\nattune_hedges_total{provider=\"slow\",model=\"m\"} 3\n"),
           std::string("\nattune_hedges_won_total{provider=\"slow\",model=\"m\"} 2\n"),
           std::string("\nattune_hedges_refused_total{provider=\"slow\",model=\"m\"} 1\n"),
           StrCat("\nattune_cache_bytes ", cache->counters().bytes, "\n"),
           std::string("\nattune_cache_entries 1\n"),
           std::string("\nattune_cache_hits_total 2\n"),
           std::string("\nattune_cache_misses_total 1\n"),
           std::string("\nattune_cache_evictions_total 0\n"),
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  house.PutProvider();
}

TEST(Metrics, TellOfEmbeddings) {
  MetricsHouse house;
  const Embeddings answer{.usage = {.reported = true, .input_tokens = 12}};
  const Price price = {.input = 2'000'000};
  house.embeds.Add("frail/small", 3, absl::Milliseconds(30), answer, &price);
  house.embeds.Add("frail/free", 3, absl::Milliseconds(30), answer, nullptr);
  house.embeds.Add("frail/small", 3, absl::Milliseconds(30),
                   Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down").Build(), &price);
  house.backfill.made = 7;
  house.backfill.damaged = 2;
  house.backfill.tokens = 84;
  const std::string text = house.Text();
  const std::string model =
      "gen_ai_provider_name=\"frail\",gen_ai_request_model=\"frail/small\",gen_ai_operation_name=\"embeddings\"";
  for (const std::string& line : {
           StrCat("\ngen_ai_client_operation_duration_seconds_sum{", model, "} 0.03\n"),
           StrCat("\ngen_ai_client_operation_duration_seconds_count{", model,
                  ",error_type=\"PROVIDER_UNAVAILABLE\"} 1\n"),
           StrCat("\ngen_ai_client_token_usage_sum{", model, ",gen_ai_token_type=\"input\"} 12\n"),
           std::string("\nattune_embedding_cost_total{gen_ai_provider_name=\"frail\",gen_ai_request_model="
                       "\"frail/small\",currency=\"USD\"} 2.4e-08\n"),
           std::string("\nattune_embedding_cost_unknown_total{gen_ai_provider_name=\"frail\",gen_ai_request_model="
                       "\"frail/free\"} 1\n"),
           std::string("\nattune_backfill_tokens_total 84\n"),
           std::string("\nattune_vectors_made_total 7\n"),
           std::string("\nattune_vectors_damaged_total 2\n"),
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, TellWhatIsUnderWayAndWhatWasRecorded) {
  MetricsHouse house;
  ASSERT_TRUE(house.Ask().ok());
  EXPECT_EQ(house.server.Recorded().size(), 1u);
  const std::string text = house.Text();
  EXPECT_THAT(text, HasSubstr("\nattune_interactions_written_total 1\n"));
  EXPECT_THAT(text, HasSubstr("\nattune_interactions_queued 0\n"));
  EXPECT_THAT(text, HasSubstr("\nattune_interactions_dropped_total 0\n"));
}

TEST(Metrics, ANameThatACallerMadeUpIsNoLabel) {
  MetricsHouse house;
  AskRequest request = Question("q");
  request.overrides.model = "nobody/\"},evil{x=\"";
  ASSERT_FALSE(house.server.Ask(request).ok());
  EXPECT_THAT(house.Text(), Not(HasSubstr("evil")));
  EXPECT_THAT(house.Text(), HasSubstr("gen_ai_request_model=\"other\",gen_ai_response_model=\"other\""));
}

}  // namespace
}  // namespace attune
