#include "providers.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/anthropic_messages.h"
#include "provider/batch_embedder.h"
#include "provider/breaker.h"
#include "provider/builtin_nearest.h"
#include "provider/cache.h"
#include "provider/coalesce.h"
#include "provider/gemini_embeddings.h"
#include "provider/gemini_generate.h"
#include "provider/guarded_embedder.h"
#include "provider/hash_embedding.h"
#include "provider/hedge.h"
#include "provider/limit.h"
#include "provider/openai_completions.h"
#include "provider/openai_embeddings.h"
#include "provider/openai_responses.h"
#include "provider/retry_embedder.h"
#include "provider/route.h"
#include "provider/throttle.h"
#include "provider/vendor_chat.h"
#include "provider/vendor_embed.h"

namespace attune {
namespace {

std::unique_ptr<const Dialect> NewDialect(const ProviderConfig& config) {
  switch (config.kind) {
    case VendorKind::kOpenAiResponses:
      return std::make_unique<OpenAiResponses>();
    case VendorKind::kOpenAiCompletions:
      return std::make_unique<OpenAiCompletions>();
    case VendorKind::kAnthropic:
      return std::make_unique<AnthropicMessages>();
    case VendorKind::kGemini:
      return std::make_unique<GeminiGenerate>();
    case VendorKind::kOpenAi:
      break;
  }
  return std::make_unique<OpenAiChat>(config.fields);
}

using Gauges = std::vector<const GaugeSource*>;

// The decorator, whose gauges are noted.
template <typename Decorator>
std::unique_ptr<Provider> Noted(std::unique_ptr<Decorator> decorator, Gauges& gauges) {
  gauges.push_back(decorator.get());
  return decorator;
}

// From the inside out; each is passed by a call in the opposite order.
std::unique_ptr<Provider> Decorate(const ProviderConfig& config, const ProviderParts& parts,
                                   const std::shared_ptr<AnswerCache>& cache, std::unique_ptr<Provider> provider,
                                   Gauges& gauges) {
  const std::string& name = config.options.name;
  // Within the queue, so that calls that wait fail at once when the breaker opens.
  provider = Noted(std::make_unique<BreakerProvider>(name, std::move(provider), BreakerPolicy(), parts.clock), gauges);
  provider = Noted(std::make_unique<LimitProvider>(name, std::move(provider), config.limit, parts.clock), gauges);
  if (config.heed_rate_limits) {
    provider =
        Noted(std::make_unique<ThrottleProvider>(name, std::move(provider), parts.clock, parts.sleeper, parts.jitter),
              gauges);
  }
  if (config.hedge) {
    provider =
        Noted(std::make_unique<HedgeProvider>(std::move(provider), *config.hedge, parts.clock, parts.sleeper), gauges);
  }
  provider =
      std::make_unique<RetryProvider>(std::move(provider), config.retry, parts.clock, parts.sleeper, parts.jitter);
  provider = std::make_unique<CoalesceProvider>(name, std::move(provider), parts.clock);
  if (cache == nullptr) return provider;
  return std::make_unique<CacheProvider>(name, std::move(provider), cache);
}

// Null: the API has none, or not where all others have it.
std::unique_ptr<const EmbedDialect> NewEmbedDialect(const ProviderConfig& config) {
  if (config.kind == VendorKind::kGemini) {
    GeminiEmbeddingFields fields;
    if (config.embed_batch > 0) fields.limits.texts = static_cast<size_t>(config.embed_batch);
    return std::make_unique<GeminiEmbeddings>(std::move(fields));
  }
  if (config.kind != VendorKind::kOpenAi || config.fields.path != OpenAiFields().path) return nullptr;
  OpenAiEmbeddingFields fields;
  fields.dimensions = config.embed_dimensions_field;
  if (config.embed_batch > 0) fields.limits.texts = static_cast<size_t>(config.embed_batch);
  return std::make_unique<OpenAiEmbeddings>(std::move(fields));
}

using Models = std::shared_ptr<const ModelTable>;

std::unique_ptr<Embedder> Counted(const std::string& name, std::unique_ptr<Embedder> embedder,
                                  const ProviderParts& parts, const Models& models) {
  if (parts.embeds == nullptr) return embedder;
  return std::make_unique<CountingEmbedder>(name, std::move(embedder), models, parts.clock, *parts.embeds);
}

// From the inside out, as Decorate; null if the vendor has no embeddings.
std::unique_ptr<Embedder> NewEmbedder(const ProviderConfig& config, const ProviderParts& parts, const Models& models,
                                      Gauges& gauges) {
  std::unique_ptr<const EmbedDialect> dialect = NewEmbedDialect(config);
  if (dialect == nullptr) return nullptr;
  const std::string& name = config.options.name;
  auto vendor = std::make_unique<VendorEmbed>(config.options, std::move(dialect), parts.http);
  const EmbedLimits limits = vendor->limits();
  auto guarded = std::make_unique<GuardedEmbedder>(name, std::move(vendor), config.limit, BreakerPolicy(), parts.clock);
  gauges.push_back(guarded.get());
  auto retry =
      std::make_unique<RetryEmbedder>(std::move(guarded), config.retry, parts.clock, parts.sleeper, parts.jitter);
  return Counted(name, std::make_unique<BatchEmbedder>(name, std::move(retry), limits), parts, models);
}

// What all providers share.
struct Shared {
  std::shared_ptr<AnswerCache> cache;  // null: none
  Models models;
};

void AddVendor(const ProviderConfig& config, const ProviderParts& parts, const Shared& shared,
               ProviderRegistry::Builder& providers) {
  auto vendor = std::make_unique<VendorChat>(config.options, NewDialect(config), parts.http);
  Gauges gauges;
  std::unique_ptr<Provider> provider = Decorate(config, parts, shared.cache, std::move(vendor), gauges);
  std::unique_ptr<Embedder> embedder = NewEmbedder(config, parts, shared.models, gauges);
  providers.Add(config.options.name, std::move(provider), std::move(gauges), std::move(embedder));
}

// Adds nothing if the environment has neither key nor base URL.
void AddFromEnvironment(const VendorAccess& access, std::string name, VendorKind kind, const ProviderParts& parts,
                        const Shared& shared, ProviderRegistry::Builder& providers) {
  if (access.api_key.empty() && access.base_url.empty()) return;
  ProviderConfig config;
  config.kind = kind;
  config.options.name = std::move(name);
  config.options.base_url = access.base_url.empty() ? DefaultBaseUrl(kind) : access.base_url;
  config.options.api_key = StdView(absl::StripAsciiWhitespace(access.api_key));  // those from files end in a line feed
  config.fields = OpenAiFieldsFor(config.options.base_url);
  AddVendor(config, parts, shared, providers);
}

absl::Status BadPlace(const std::string& place, std::string_view cause) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_FILE").Message(StrCat(place, ": ", cause)).Field(place, cause);
}

absl::StatusOr<RouteProvider::Route> MakeRoute(const RouteConfig& config, const ProviderRegistry& providers) {
  RouteProvider::Route route;
  for (const std::vector<RouteStep>& choice : config.choices) {
    RouteProvider::Choice& steps = route.emplace_back();
    for (const RouteStep& step : choice) {
      absl::StatusOr<ResolvedModel> model = providers.Resolve(step.model);
      if (!model.ok()) return BadPlace(step.place, StdView(model.status().message()));
      steps.push_back({*std::move(model), step.weight});
    }
  }
  return route;
}

// All that is known of a route ahead of a call is the price of the model that is asked first.
ModelFacts FactsOf(const RouteProvider::Route& route) {
  ModelFacts facts;
  facts.prices = route.front().front().target.facts->prices;
  return facts;
}

absl::StatusOr<ProviderRegistry> AddRoutes(const Config& config, const ProviderParts& parts,
                                           ProviderRegistry registry) {
  RouteProvider::Routes routes;
  ModelTable facts;
  for (const RouteConfig& route_config : config.routes) {
    ATTUNE_ASSIGN_OR_RETURN(RouteProvider::Route route, MakeRoute(route_config, registry));
    facts[StrCat(kRouteName, "/", route_config.name)] = FactsOf(route);
    routes.emplace(route_config.name, std::move(route));
  }
  auto provider = std::make_unique<RouteProvider>(std::move(routes), parts.clock, parts.jitter);
  return std::move(registry).With(std::string(kRouteName), std::move(provider), facts);
}

ModelTable ModelsOf(const Config& config) {
  ModelFacts free;
  free.prices = {Price{.currency = ""}};
  ModelTable models;
  for (const std::string_view builtin : {kNearestModel, kHashEmbeddingModel}) {
    models[StrCat(kBuiltinName, "/", builtin)] = free;
  }
  for (const ModelConfig& model : config.models) models[model.name] = model.facts;
  return models;
}

absl::Status AddModels(const Config& config, const ModelTable& models, ProviderRegistry::Builder& providers) {
  for (const auto& [name, facts] : models) providers.AddModel(name, facts);
  std::set<std::string> names;
  for (const ModelConfig& model : config.models) names.insert(model.name);
  for (const ModelConfig& model : config.models) {
    for (const std::string& alias : model.aliases) {
      if (!names.insert(alias).second) return BadPlace(model.place, StrCat("the name '", alias, "' is given twice"));
      providers.AddAlias(alias, model.name);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ProviderRegistry> MakeProviders(const Options& options, const Config& config,
                                               const ProviderParts& parts) {
  Shared shared = {.cache = nullptr, .models = std::make_shared<const ModelTable>(ModelsOf(config))};
  if (config.cache.max_bytes > 0) shared.cache = std::make_shared<AnswerCache>(config.cache, parts.clock);
  ProviderRegistry::Builder builder;
  builder.SetCache(shared.cache);
  builder.Add(std::string(kBuiltinName), std::make_unique<BuiltinNearest>(), {},
              Counted(std::string(kBuiltinName), std::make_unique<HashEmbedder>(), parts, shared.models));
  AddFromEnvironment(options.openai, "openai", VendorKind::kOpenAi, parts, shared, builder);
  AddFromEnvironment(options.openai, "openai-responses", VendorKind::kOpenAiResponses, parts, shared, builder);
  AddFromEnvironment(options.openai, "openai-completions", VendorKind::kOpenAiCompletions, parts, shared, builder);
  AddFromEnvironment(options.anthropic, "anthropic", VendorKind::kAnthropic, parts, shared, builder);
  AddFromEnvironment(options.gemini, "gemini", VendorKind::kGemini, parts, shared, builder);
  for (const ProviderConfig& provider : config.providers) AddVendor(provider, parts, shared, builder);
  ATTUNE_RETURN_IF_ERROR(AddModels(config, *shared.models, builder));
  ProviderRegistry registry = std::move(builder).Build();
  if (config.routes.empty()) return registry;
  return AddRoutes(config, parts, std::move(registry));
}

}  // namespace attune
