#include "config_models.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/money.h"
#include "base/strings.h"
#include "config_prices.h"
#include "prompt/check_parameters.h"
#include "provider/route.h"

namespace attune {
namespace {

constexpr absl::Duration kShortestWindow = absl::Seconds(1), kLongestWindow = absl::Hours(24 * 31);
constexpr int64_t kMostTokens = 1'000'000'000'000;
constexpr int64_t kBytesPerMib = 1 << 20;
constexpr int32_t kMostCacheMib = 1 << 20;
constexpr double kMostWeight = 1e6;

std::string PlaceOf(const YAML::Node& node, const YamlErrors& errors) {
  return StrCat(errors.file(), ":", node.Mark().line + 1, ":", node.Mark().column + 1);
}

std::optional<int64_t> ReadAmount(YamlMap& map, const char* key) {
  const std::optional<int64_t> amount = map.Integer(key);
  if (amount && (*amount < 1 || *amount > kMostTokens)) map.Fail(key, StrCat("must be 1 to ", kMostTokens));
  return amount;
}

Parameters ReadDefaults(YamlMap& model, YamlErrors& errors) {
  Parameters parameters;
  const YAML::Node node = model.Node("defaults");
  if (!node.IsDefined()) return parameters;
  YamlMap map(node, "defaults", errors);
  parameters.temperature = map.Double("temperature");
  parameters.top_p = map.Double("top_p");
  parameters.max_tokens = map.SmallInteger("max_tokens");
  parameters.stop = map.Strings("stop");
  parameters.seed = map.Integer("seed");
  parameters.cache = map.Bool("cache");
  map.Finish();
  const absl::Status good = CheckParameters(parameters, "defaults");
  if (!good.ok()) errors.Add(node, StdView(good.message()));
  return parameters;
}

RouteStep ReadStep(const YAML::Node& node, YamlErrors& errors) {
  RouteStep step = {.model = "", .weight = 1, .place = PlaceOf(node, errors)};
  if (node.IsScalar()) {
    step.model = node.Scalar();
    return step;
  }
  YamlMap map(node, "a model of a route", errors);
  map.Require("model");
  step.model = map.String("model").value_or("");
  step.weight = map.Double("weight").value_or(1);
  if (!(step.weight > 0 && step.weight <= kMostWeight)) map.Fail("weight", StrCat("must be above 0, to ", kMostWeight));
  map.Finish();
  return step;
}

LimitScope ReadScope(YamlMap& map) {
  const std::string per = map.String("per").value_or("all");
  if (per == "user") return {.kind = LimitScope::Kind::kUser, .label = ""};
  const std::string_view label = std::string_view(per).substr(std::min<size_t>(per.size(), 6));
  if (per.starts_with("label:") && !label.empty()) return {LimitScope::Kind::kLabel, std::string(label)};
  if (per != "all") map.Fail("per", "must be user, label:NAME or all");
  return {};
}

// "0.50 USD", or "0.50".
std::optional<Money> ReadMoney(YamlMap& map, const char* key) {
  const std::optional<std::string> text = map.String(key);
  if (!text) return std::nullopt;
  const size_t space = std::min(text->find(' '), text->size());
  const std::optional<int64_t> nanos = ParseNanos(std::string_view(*text).substr(0, space));
  const std::string currency = space == text->size() ? "USD" : text->substr(space + 1);
  if (!nanos || *nanos == 0 || currency.size() != 3) map.Fail(key, "must be money above 0, as in 0.50 USD");
  return Money{.nanos = nanos.value_or(0), .currency = currency};
}

}  // namespace

bool IsModelName(std::string_view name) {
  const size_t slash = name.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < name.size() && name.size() <= kMaxModelBytes;
}

ModelConfig ReadModel(const std::string& name, const YAML::Node& node, YamlErrors& errors) {
  ModelConfig model = {.name = name, .place = PlaceOf(node, errors), .facts = {}, .aliases = {}};
  YamlMap map(node, StrCat("model '", name, "'"), errors);
  model.aliases = map.Strings("aliases");
  for (const std::string& alias : model.aliases) {
    if (!IsModelName(alias)) map.Fail("aliases", StrCat("'", alias, "' is not written like a model, as in team/fast"));
  }
  model.facts.context_tokens = ReadAmount(map, "context_tokens").value_or(0);
  model.facts.defaults = ReadDefaults(map, errors);
  model.facts.prices = ReadPrices(map, errors);
  map.Finish();
  return model;
}

RouteConfig ReadRoute(const std::string& name, const YAML::Node& node, YamlErrors& errors) {
  RouteConfig route = {.name = name, .choices = {}};
  if (!node.IsSequence() || node.size() == 0) {
    errors.Add(node,
               StrCat("route '", name, "' must be a list of models, as in [openai/gpt-4o-mini, builtin/nearest]"));
    return route;
  }
  size_t models = 0;
  for (const YAML::Node& entry : node) {
    std::vector<RouteStep>& choice = route.choices.emplace_back();
    if (!entry.IsSequence()) choice.push_back(ReadStep(entry, errors));
    if (entry.IsSequence() && entry.size() == 0) errors.Add(entry, "a choice must have at least one model");
    if (entry.IsSequence()) {
      for (const YAML::Node& step : entry) choice.push_back(ReadStep(step, errors));
    }
    models += choice.size();
  }
  if (models > kMaxRouteModels) {
    errors.Add(node, StrCat("route '", name, "' has ", models, " models; at most ", kMaxRouteModels, " are allowed"));
  }
  return route;
}

CallerLimit ReadLimit(const std::string& name, const YAML::Node& node, YamlErrors& errors) {
  CallerLimit limit;
  limit.name = name;
  YamlMap map(node, StrCat("limit '", name, "'"), errors);
  limit.scope = ReadScope(map);
  limit.window = map.Duration("window").value_or(limit.window);
  if (limit.window < kShortestWindow || limit.window > kLongestWindow) map.Fail("window", "must be 1s to 744h");
  limit.requests = ReadAmount(map, "requests");
  limit.tokens = ReadAmount(map, "tokens");
  limit.cost = ReadMoney(map, "cost");
  map.Finish();
  if (!limit.requests && !limit.tokens && !limit.cost) {
    errors.Add(node, StrCat("limit '", name, "' limits nothing: it needs requests, tokens or cost"));
  }
  return limit;
}

CachePolicy ReadCache(const YAML::Node& node, YamlErrors& errors) {
  CachePolicy cache;
  YamlMap map(node, "cache", errors);
  map.Require("max_mib");
  const int32_t mib = map.SmallInteger("max_mib").value_or(0);
  if (map.Has("max_mib") && (mib < 0 || mib > kMostCacheMib))
    map.Fail("max_mib", StrCat("must be 0 to ", kMostCacheMib));
  cache.max_bytes = static_cast<size_t>(std::max(mib, 0)) * kBytesPerMib;
  cache.ttl = map.Duration("ttl").value_or(cache.ttl);
  map.Finish();
  return cache;
}

}  // namespace attune
