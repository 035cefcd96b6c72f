#include "providers.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/anthropic_messages.h"
#include "provider/breaker.h"
#include "provider/builtin_nearest.h"
#include "provider/gemini_generate.h"
#include "provider/limit.h"
#include "provider/openai_completions.h"
#include "provider/openai_responses.h"
#include "provider/route.h"
#include "provider/vendor_chat.h"

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

void AddVendor(const ProviderConfig& config, const ProviderParts& parts, ProviderRegistry::Builder& providers) {
  const std::string& name = config.options.name;
  auto vendor = std::make_unique<VendorChat>(config.options, NewDialect(config), parts.http);
  auto limit = std::make_unique<LimitProvider>(name, std::move(vendor), config.limit, parts.clock);
  auto breaker = std::make_unique<BreakerProvider>(name, std::move(limit), BreakerPolicy(), parts.clock);
  providers.Add(name, std::make_unique<RetryProvider>(std::move(breaker), config.retry, parts.clock, parts.sleeper,
                                                      parts.jitter));
}

// Adds nothing if the environment has neither key nor base URL.
void AddFromEnvironment(const VendorAccess& access, std::string name, VendorKind kind, const ProviderParts& parts,
                        ProviderRegistry::Builder& providers) {
  if (access.api_key.empty() && access.base_url.empty()) return;
  ProviderConfig config;
  config.kind = kind;
  config.options.name = std::move(name);
  config.options.base_url = access.base_url.empty() ? DefaultBaseUrl(kind) : access.base_url;
  config.options.api_key = StdView(absl::StripAsciiWhitespace(access.api_key));  // those from files end in a line feed
  config.fields = OpenAiFieldsFor(config.options.base_url);
  AddVendor(config, parts, providers);
}

absl::StatusOr<std::unique_ptr<RouteProvider>> MakeRoutes(const Config& config, const ProviderRegistry& providers) {
  std::map<std::string, RouteProvider::Steps, std::less<>> routes;
  for (const RouteConfig& route : config.routes) {
    for (const RouteStep& step : route.steps) {
      absl::StatusOr<ResolvedModel> model = providers.Resolve(step.model);
      if (!model.ok()) {
        return Error(absl::StatusCode::kInvalidArgument, "BAD_FILE")
            .Message(StrCat(step.place, ": ", StdView(model.status().message())))
            .Field(step.place, StdView(model.status().message()));
      }
      routes[route.name].push_back({*std::move(model), step.model});
    }
  }
  return std::make_unique<RouteProvider>(std::move(routes));
}

}  // namespace

absl::StatusOr<ProviderRegistry> MakeProviders(const Options& options, const Config& config,
                                               const ProviderParts& parts) {
  ProviderRegistry::Builder builder;
  builder.Add(std::string(kBuiltinName), std::make_unique<BuiltinNearest>());
  AddFromEnvironment(options.openai, "openai", VendorKind::kOpenAi, parts, builder);
  AddFromEnvironment(options.openai, "openai-responses", VendorKind::kOpenAiResponses, parts, builder);
  AddFromEnvironment(options.openai, "openai-completions", VendorKind::kOpenAiCompletions, parts, builder);
  AddFromEnvironment(options.anthropic, "anthropic", VendorKind::kAnthropic, parts, builder);
  AddFromEnvironment(options.gemini, "gemini", VendorKind::kGemini, parts, builder);
  for (const ProviderConfig& provider : config.providers) AddVendor(provider, parts, builder);
  ProviderRegistry registry = std::move(builder).Build();
  if (config.routes.empty()) return registry;
  ATTUNE_ASSIGN_OR_RETURN(std::unique_ptr<RouteProvider> routes, MakeRoutes(config, registry));
  return std::move(registry).With(std::string(kRouteName), std::move(routes));
}

}  // namespace attune
