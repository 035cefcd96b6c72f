#include "metrics.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "metric_families.h"
#include "metrics_providers.h"

namespace attune {
namespace {

constexpr double kNanosecond = 1e-9;  // in seconds
constexpr double kNano = 1e-9;        // of a currency's unit

using Rows = std::vector<const ModelStats*>;

// That of other models counts nothing as long as there is room for all.
Rows RowsInUse(const AskStats& stats) {
  Rows rows = stats.Rows();
  std::erase_if(rows, [](const ModelStats* row) {
    return std::all_of(row->outcomes.begin(), row->outcomes.end(), [](const auto& count) { return count == 0; });
  });
  return rows;
}

// The vendor's name before the slash; of a route that answered, that of the model which answered for it.
std::string_view ProviderOf(const ModelStats& row) {
  const std::string_view model = row.answered.empty() ? row.asked : row.answered;
  return model.substr(0, model.find('/'));
}

MetricLabels ModelLabels(const ModelStats& row) {
  return {{"gen_ai_provider_name", ProviderOf(row)},
          {"gen_ai_request_model", row.asked},
          {"gen_ai_response_model", row.answered}};
}

// The conventions want the operation told, for embeddings are another one.
MetricLabels ModelLabels(const ModelStats& row, std::string_view name, std::string_view value) {
  MetricLabels labels = ModelLabels(row);
  labels.emplace_back("gen_ai_operation_name", "chat");
  labels.emplace_back(name, value);
  return labels;
}

using EmbedRows = std::vector<const EmbedCounts*>;

MetricLabels EmbedLabels(const EmbedCounts& row) {
  const std::string_view model = row.model;
  return {{"gen_ai_provider_name", model == kOtherModels ? "" : model.substr(0, model.find('/'))},
          {"gen_ai_request_model", model}};
}

MetricLabels EmbedLabels(const EmbedCounts& row, std::string_view name, std::string_view value) {
  MetricLabels labels = EmbedLabels(row);
  labels.emplace_back("gen_ai_operation_name", "embeddings");
  labels.emplace_back(name, value);
  return labels;
}

void PutOutcomes(const Rows& rows, const EmbedRows& embeds, Families& families) {
  Family asks = Family::Counter("attune_asks_total", "Asks by how they ended: ok, or the reason of the error.");
  Family calls = Family::Histogram("gen_ai_client_operation_duration_seconds",
                                   "Time that the calls of providers for one Ask took, with retries and fallbacks.");
  for (const ModelStats* row : rows) {
    for (size_t outcome = 0; outcome < kOutcomes.size(); ++outcome) {
      if (row->outcomes[outcome] == 0) continue;
      MetricLabels labels = ModelLabels(*row);
      labels.emplace_back("outcome", kOutcomes[outcome]);
      asks.Add(labels, row->outcomes[outcome]);
      const std::string_view error = outcome == 0 ? "" : kOutcomes[outcome];
      calls.Add(ModelLabels(*row, "error_type", error), row->provider[outcome], kNanosecond);
    }
  }
  for (const EmbedCounts* row : embeds) {
    calls.Add(EmbedLabels(*row, "error_type", row->outcome == kOutcomes[0] ? "" : row->outcome), row->duration,
              kNanosecond);
  }
  Put(std::move(asks), families);
  Put(std::move(calls), families);
}

void PutCounts(const Rows& rows, Families& families) {
  const struct {
    const char* name;
    const char* help;
    ModelStats::Counter ModelStats::*counter;
  } kCounts[] = {
      {"attune_answers_cached_total", "Answers given again: to a request_id, or to an equal call.",
       &ModelStats::cached},
      {"attune_retries_total", "Calls of providers beyond the first of an Ask.", &ModelStats::retries},
      {"attune_fallbacks_total", "Answers after another model of the route had failed.", &ModelStats::fallbacks},
      {"attune_cached_input_tokens_total", "Input tokens that the provider had in its cache.",
       &ModelStats::cached_input_tokens},
      {"attune_cost_unknown_total", "Answers without a price, or whose provider told of no tokens.",
       &ModelStats::unknown_costs},
      {"attune_reasoning_tokens_total", "Output tokens that went into reasoning.", &ModelStats::reasoning_tokens},
  };
  for (const auto& count : kCounts) {
    Family family = Family::Counter(count.name, count.help);
    for (const ModelStats* row : rows) family.Add(ModelLabels(*row), row->*count.counter);
    Put(std::move(family), families);
  }
}

void PutCosts(const Rows& rows, Families& families) {
  Family costs = Family::Counter("attune_cost_total", "What answers cost, in units of the currency.");
  for (const ModelStats* row : rows) {
    for (const Money& cost : row->cost.Read()) {
      MetricLabels labels = ModelLabels(*row);
      labels.emplace_back("currency", cost.currency);
      costs.Add(labels, cost.nanos, kNano);
    }
  }
  Put(std::move(costs), families);
}

void PutEmbeddingCosts(const EmbedRows& rows, Families& families) {
  Family costs = Family::Counter("attune_embedding_cost_total", "What embeddings cost, in units of the currency.");
  Family unknown = Family::Counter("attune_embedding_cost_unknown_total",
                                   "Calls for embeddings without a price, or whose provider told of no tokens.");
  for (const EmbedCounts* row : rows) {
    if (row->outcome != kOutcomes[0]) continue;
    const MetricLabels labels = EmbedLabels(*row);
    unknown.Add(labels, row->unknown_costs);
    for (const Money& cost : row->cost.Read()) {
      MetricLabels with = labels;
      with.emplace_back("currency", cost.currency);
      costs.Add(with, cost.nanos, kNano);
    }
  }
  for (Family* family : {&costs, &unknown}) Put(std::move(*family), families);
}

void PutDistributions(const Rows& rows, const EmbedRows& embeds, Families& families) {
  Family total = Family::Histogram("attune_ask_duration_seconds", "Time of an Ask as a whole.");
  Family overhead = Family::Histogram("attune_overhead_seconds", "Time of an Ask beside the calls of providers.");
  Family first = Family::Histogram("gen_ai_client_operation_time_to_first_chunk_seconds",
                                   "Time from the call of the provider to the first text of a stream.");
  Family tokens = Family::Histogram("gen_ai_client_token_usage", "Tokens of one Ask, as the provider counts them.");
  for (const ModelStats* row : rows) {
    total.Add(ModelLabels(*row), row->total, kNanosecond);
    overhead.Add(ModelLabels(*row), row->overhead, kNanosecond);
    first.Add(ModelLabels(*row, "", ""), row->first_text, kNanosecond);
    tokens.Add(ModelLabels(*row, "gen_ai_token_type", "input"), row->input_tokens, 1);
    tokens.Add(ModelLabels(*row, "gen_ai_token_type", "output"), row->output_tokens, 1);
  }
  for (const EmbedCounts* row : embeds) {
    tokens.Add(EmbedLabels(*row, "gen_ai_token_type", "input"), row->input_tokens, 1);
  }
  for (Family* family : {&total, &overhead, &first, &tokens}) Put(std::move(*family), families);
}

void PutTokenRatios(const TokenRatios& ratios, Families& families) {
  Family ratio = Family::Gauge("attune_token_ratio", "Tokens that a model's provider counts for each estimated one.");
  Family error = Family::Gauge("attune_token_estimate_error", "Median share by which that estimate misses.");
  for (const auto& [model, learnt] : ratios.All()) {
    ratio.AddFraction({{"model", model}}, learnt.ratio);
    error.AddFraction({{"model", model}}, learnt.error);
  }
  for (Family* family : {&ratio, &error}) Put(std::move(*family), families);
}

void PutServer(const MetricsSources& sources, Families& families) {
  const InteractionQueue::Counters log = sources.interactions.counters();
  const auto put = [&families](Family family, int64_t value) {
    family.Add({}, value);
    Put(std::move(family), families);
  };
  put(Family::Gauge("attune_asks_in_flight", "Asks that are under way."), sources.asker.counters().in_flight);
  put(Family::Gauge("attune_interactions_queued", "Interactions that wait to be written."), log.queued);
  put(Family::Counter("attune_interactions_written_total", "Interactions in the store."), log.written);
  put(Family::Counter("attune_interactions_dropped_total",
                      "Interactions lost: the queue was full, or the store refused."),
      log.dropped);
  const BackfillCounters& vectors = sources.backfill;
  put(Family::Counter("attune_vectors_loaded_total", "Vectors of examples that were read from the store."),
      vectors.loaded);
  put(Family::Counter("attune_vectors_made_total", "Vectors of examples that embedding models made."), vectors.made);
  put(Family::Counter("attune_backfill_tokens_total", "Input tokens of embedding models in the background."),
      vectors.tokens);
  put(Family::Counter("attune_vectors_refused_total", "Examples whose text an embedding model refused."),
      vectors.refused);
  put(Family::Counter("attune_vectors_damaged_total", "Stored vectors that were damaged, and are made again."),
      vectors.damaged);
  put(Family::Counter("attune_backfill_failures_total", "Failures of embedding models or the store in the background."),
      vectors.failures);
  put(Family::Counter("attune_log_lines_dropped_total", "Lines lost because nobody read the log."),
      sources.log == nullptr ? 0 : sources.log->dropped());
}

}  // namespace

MetricsCollector::MetricsCollector(MetricsSources sources) : sources_(std::move(sources)) {}

Families MetricsCollector::Collect() const {
  Families families;
  const Rows rows = RowsInUse(sources_.stats);
  const EmbedRows embeds = sources_.embeds.Rows();
  PutOutcomes(rows, embeds, families);
  PutCounts(rows, families);
  PutCosts(rows, families);
  PutEmbeddingCosts(embeds, families);
  PutDistributions(rows, embeds, families);
  PutProviders(*sources_.providers(), families);
  PutTokenRatios(sources_.asker.token_ratios(), families);
  PutServer(sources_, families);
  return families;
}

}  // namespace attune
