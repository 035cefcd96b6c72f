#include "config.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "base/yaml_map.h"
#include "config_models.h"
#include "config_provider.h"
#include "provider/anthropic_messages.h"
#include "provider/builtin_nearest.h"
#include "provider/gemini_generate.h"
#include "provider/route.h"

namespace attune {
namespace {

constexpr int32_t kMostRetries = 10;
constexpr int32_t kMostCalls = 1'000'000;
constexpr int32_t kMostEmbedTexts = 2'048;                     // as many as OpenAI allows
constexpr double kLeastPercentile = 50, kMostPercentile = 99;  // of so few samples no further one can be told

struct KindName {
  std::string_view name;
  VendorKind kind;
};
constexpr KindName kKinds[] = {{"openai", VendorKind::kOpenAi},
                               {"openai-responses", VendorKind::kOpenAiResponses},
                               {"openai-completions", VendorKind::kOpenAiCompletions},
                               {"anthropic", VendorKind::kAnthropic},
                               {"gemini", VendorKind::kGemini}};

bool IsName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '-' || c == '_' || c == '.';
  });
}

void ReadKind(YamlMap& map, ProviderConfig& config) {
  map.Require("kind");
  const std::optional<std::string> name = map.String("kind");
  if (!name) return;
  std::string known;
  for (const KindName& kind : kKinds) {
    if (kind.name == *name) config.kind = kind.kind;
    if (kind.name == *name) return;
    StrAppend(&known, known.empty() ? "" : ", ", kind.name);
  }
  map.Fail("kind", StrCat("'", *name, "' is none of: ", known));
}

// What the secret is never shows in an error.
void ReadKey(YamlMap& map, const EnvironmentLookup& environment, VendorOptions& options) {
  const std::optional<std::string> variable = map.String("key_env");
  const std::optional<std::string> file = map.String("key_file");
  if (variable && file) map.Fail("key_file", "stands beside key_env; one of them is enough");
  std::string key;
  if (variable) {
    key = environment(*variable);
    if (key.empty()) map.Fail("key_env", StrCat("the environment variable ", *variable, " is not set"));
  } else if (file) {
    key = ReadText(*file).value_or("");
    if (key.empty()) map.Fail("key_file", StrCat("the file ", *file, " cannot be read, or is empty"));
  }
  options.api_key = StdView(absl::StripAsciiWhitespace(key));
  if (!IsOneLine(options.api_key)) map.Fail(variable ? "key_env" : "key_file", "the key is more than one line");
}

void ReadHeaders(YamlMap& map, YamlErrors& errors, VendorOptions& options) {
  const YAML::Node headers = map.Node("headers");
  if (!headers.IsDefined()) return;
  if (!headers.IsMap()) return errors.Add(headers, "headers must be a map of names and values");
  for (const auto& header : headers) {
    const std::string text = StrCat(header.first.Scalar(), ": ", header.second.Scalar());
    if (!header.first.IsScalar() || !header.second.IsScalar() || !IsOneLine(text)) {
      errors.Add(header.second, "a header must be a name and a text in one line");
    } else {
      options.extra_headers.push_back(text);
    }
  }
}

void ReadCount(YamlMap& map, const char* key, int32_t least, int32_t most, int32_t& count) {
  count = map.SmallInteger(key).value_or(count);
  if (map.Has(key) && (count < least || count > most)) map.Fail(key, StrCat("must be ", least, " to ", most));
}

void ReadNumber(YamlMap& map, const char* key, double least, double most, double& number) {
  number = map.Double(key).value_or(number);
  const bool within = number >= least && number <= most;  // which no number is that is none: .nan
  if (map.Has(key) && !within) map.Fail(key, StrCat("must be ", least, " to ", most));
}

void ReadHedge(YamlMap& map, YamlErrors& errors, std::optional<HedgePolicy>& policy) {
  const YAML::Node node = map.Node("hedge");
  if (!node.IsDefined()) return;
  YamlMap hedge(node, "hedge", errors);
  policy.emplace();
  ReadNumber(hedge, "percentile", kLeastPercentile, kMostPercentile, policy->percentile);
  ReadNumber(hedge, "budget", 0, 1, policy->budget);
  hedge.Finish();
}

ProviderConfig ReadProvider(const std::string& name, const YAML::Node& node, const EnvironmentLookup& environment,
                            YamlErrors& errors) {
  ProviderConfig config;
  config.options.name = name;
  YamlMap map(node, StrCat("provider '", name, "'"), errors);
  ReadKind(map, config);
  ReadServer(map, config);
  ReadKey(map, environment, config.options);
  ReadHeaders(map, errors, config.options);
  ReadConnection(map, config.options);
  ReadCount(map, "retries", 0, kMostRetries, config.retry.retries);
  ReadCount(map, "max_in_flight", 1, kMostCalls, config.limit.max_in_flight);
  ReadCount(map, "max_waiting", 0, kMostCalls, config.limit.max_waiting);
  ReadCount(map, "embed_batch", 1, kMostEmbedTexts, config.embed_batch);
  if (map.Has("embed_batch") && config.kind != VendorKind::kOpenAi && config.kind != VendorKind::kGemini) {
    map.Fail("embed_batch", "is of the kinds openai and gemini only: others make no embeddings");
  }
  ReadHedge(map, errors, config.hedge);
  config.heed_rate_limits = map.Bool("heed_rate_limits").value_or(true);
  map.Finish();
  return config;
}

// Empty: the name is good.
std::string WrongProviderName(const std::string& name) {
  if (IsName(name) && name != kRouteName && name != kBuiltinName) return "";
  return StrCat("'", name, "' is no name: small letters, digits and - _ . are allowed, and ", kRouteName, " and ",
                kBuiltinName, " are taken");
}

std::string WrongModelName(const std::string& name) {
  return IsModelName(name) ? "" : StrCat("'", name, "' is not written provider/model, as in openai/gpt-4o-mini");
}

// Calls `read` with the name and the value of each entry.
template <typename Wrong, typename Read>
void ReadNamed(YamlMap& map, const char* key, YamlErrors& errors, const Wrong& wrong, const Read& read) {
  const YAML::Node node = map.Node(key);
  if (!node.IsDefined()) return;
  if (!node.IsMap()) return errors.Add(node, StrCat(key, " must be a map of names"));
  std::vector<std::string> seen;
  for (const auto& entry : node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const std::string cause = wrong(name);
    if (!cause.empty()) {
      errors.Add(entry.first, cause);
    } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      errors.Add(entry.first, StrCat("the key '", name, "' stands here twice"));
    } else {
      read(name, entry.second);
    }
    seen.push_back(name);
  }
}

}  // namespace

std::string_view DefaultBaseUrl(VendorKind kind) {
  if (kind == VendorKind::kAnthropic) return kAnthropicBaseUrl;
  return kind == VendorKind::kGemini ? kGeminiBaseUrl : kOpenAiBaseUrl;
}

absl::StatusOr<Config> ParseConfig(std::string_view file, const std::string& text,
                                   const EnvironmentLookup& environment) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<YAML::Node> documents, LoadYaml(file, text));
  YamlErrors errors(file);
  if (documents.size() > 1) errors.Add(documents[1], "holds more than one YAML document");
  Config config;
  if (documents.empty() || documents.front().IsNull()) return config;
  YamlMap map(documents.front(), "the configuration", errors);
  ReadNamed(map, "providers", errors, WrongProviderName, [&](const std::string& name, const YAML::Node& node) {
    config.providers.push_back(ReadProvider(name, node, environment, errors));
  });
  ReadNamed(map, "models", errors, WrongModelName, [&](const std::string& name, const YAML::Node& node) {
    config.models.push_back(ReadModel(name, node, errors));
  });
  ReadNamed(map, "routes", errors, WrongProviderName, [&](const std::string& name, const YAML::Node& node) {
    config.routes.push_back(ReadRoute(name, node, errors));
  });
  ReadNamed(map, "limits", errors, WrongProviderName, [&](const std::string& name, const YAML::Node& node) {
    config.limits.push_back(ReadLimit(name, node, errors));
  });
  if (const YAML::Node cache = map.Node("cache"); cache.IsDefined()) config.cache = ReadCache(cache, errors);
  map.Finish();
  ATTUNE_RETURN_IF_ERROR(errors.ToStatus());
  return config;
}

absl::StatusOr<Config> ReadConfig(const std::string& file, const EnvironmentLookup& environment) {
  const std::optional<std::string> text = ReadText(file);
  if (!text) {
    return Error(absl::StatusCode::kNotFound, "BAD_FILE").Message(StrCat(file, " cannot be read")).With("file", file);
  }
  return ParseConfig(file, *text, environment);
}

}  // namespace attune
