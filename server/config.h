// The configuration file, attune.yaml: providers beyond those that the environment switches on, and routes.
//
//   providers:
//     azure:                                # as in "azure/gpt-4o-mini"
//       kind: openai                        # openai, openai-responses, openai-completions, anthropic, gemini
//       base_url: https://me.openai.azure.com/openai/v1     # default: the vendor's own
//       key_env: AZURE_OPENAI_KEY           # or key_file: /run/secrets/azure; neither: no key is sent
//       key_header: api-key                 # carries the key in place of the vendor's own way
//       query: api-version=2024-10-21       # appended to every address
//       headers: {X-Team: search}
//       connect_timeout: 5s                 # to connect
//       idle_timeout: 60s                   # the longest silence, also before the first byte
//       attempt_timeout: 30s                # of one attempt as a whole; default: none
//       retries: 2                          # after a failure that may pass, 0 to 10
//       max_in_flight: 100                  # calls of one model at once; default: no limit
//       max_waiting: 10000                  # calls of one model that wait for a place; more are refused
//       max_tokens_field: max_tokens        # kind openai: how this server calls these fields; "" for user_field: not
//       sent seed_field: random_seed user_field: user stream_usage: true                  # kind openai: asks for usage
//       at the end of a stream
//   routes:
//     main: [azure/gpt-4o-mini, anthropic/claude-sonnet-4-5, builtin/nearest]     # asked as "route/main"
//
// A key is never in the file itself. An unknown key, a bad value, a secret that is missing: each is an error with its
// line and column.
#ifndef ATTUNE_CONFIG_H_
#define ATTUNE_CONFIG_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "provider/limit.h"
#include "provider/openai_chat.h"
#include "provider/retry.h"
#include "provider/vendor_options.h"

namespace attune {

enum class VendorKind { kOpenAi, kOpenAiResponses, kOpenAiCompletions, kAnthropic, kGemini };

struct ProviderConfig {
  VendorKind kind = VendorKind::kOpenAi;
  VendorOptions options;
  OpenAiFields fields;  // for kOpenAi
  RetryPolicy retry;
  LimitPolicy limit;
};

struct RouteStep {
  std::string model;  // "provider/model"
  std::string place;  // in the file, for errors: "attune.yaml:12:9"
};

struct RouteConfig {
  std::string name;
  std::vector<RouteStep> steps;  // at least one
};

struct Config {
  std::vector<ProviderConfig> providers;
  std::vector<RouteConfig> routes;
};

// The value of an environment variable; empty if it is not set.
using EnvironmentLookup = std::function<std::string(const std::string& name)>;

// INVALID_ARGUMENT (BAD_FILE): the first error in the message, all of them as field violations.
absl::StatusOr<Config> ParseConfig(std::string_view file, const std::string& text,
                                   const EnvironmentLookup& environment);

// The same for a file on disk. NOT_FOUND (BAD_FILE) if it cannot be read.
absl::StatusOr<Config> ReadConfig(const std::string& file, const EnvironmentLookup& environment);

// The base URL of the vendor itself.
std::string_view DefaultBaseUrl(VendorKind kind);

}  // namespace attune

#endif  // ATTUNE_CONFIG_H_
