// The configuration file, attune.yaml: providers beyond those that the environment switches on, what is known of
// models, routes, limits of callers and a cache.
//
//   providers:
//     azure:                              # as in "azure/gpt-4o-mini"
//       kind: openai                      # openai, openai-responses, openai-completions, anthropic, gemini
//       base_url: https://me.openai.azure.com/openai/v1     # default: the server's, or the vendor's own
//       key_env: AZURE_OPENAI_KEY         # or key_file: /run/secrets/azure; neither: no key is sent
//       key_header: api-key               # carries the key in place of the vendor's own way
//       query: api-version=2024-10-21     # appended to every address
//       headers: {X-Team: search}
//       proxy: http://proxy.corp:3128     # http, https or socks; "": none; default: as the environment says, which is
//                                         # http_proxy, https_proxy, all_proxy and no_proxy
//       tls_ca: /etc/corp/ca.pem          # PEM of the certificates that are trusted in place of the system's
//       connect_timeout: 5s               # to connect
//       idle_timeout: 60s                 # the longest silence, also before the first byte; default: 60s in a
//                                         # stream, 10m before a whole answer, which is silent until it is done
//       attempt_timeout: 30s              # of one attempt as a whole; default: none
//       retries: 2                        # after a failure that may pass, 0 to 10
//       max_in_flight: 100                # calls of one model at once; default: no limit
//       embed_batch: 32                   # texts of one request for embeddings; default: what the vendor allows
//       max_waiting: 10000                # calls of one model that wait for a place; more are refused
//       hedge: {percentile: 95, budget: 0.05}     # asks a second time after what 95 of 100 calls of the model stay
//                                         # within, for at most 5 % of its calls; default: never
//       heed_rate_limits: true            # wait when the vendor's headers say that its limit is used up
//     local:                              # many servers speak the kind openai, each with quirks of its own
//       kind: openai
//       server: ollama                    # azure, azure-dated, groq, llama.cpp, mistral, ollama, openai, openrouter or
//                                         # vllm: what its name says needs no key; each further key wins over it
//       max_tokens_field: max_tokens      # what this server calls the cap of an answer
//       seed_field: random_seed           # the seed
//       user_field: user                  # the hash of the end user; "": not sent
//       developer_role: system            # the role of developer messages, where `developer` is not known
//       stream_usage: true                # asks for usage at the end of a stream
//       path: /chat/completions           # after base_url; {model} in it stands for the model's name. A server with
//                                         # another one makes no embeddings here
//       dimensions_field: dimensions      # asks for shorter embeddings
//   models:                               # what is known of models; one that is not here works as well
//     azure/gpt-4o-mini:
//       aliases: [team/fast]              # asked for under these names, too
//       context_tokens: 128000            # a route passes it over for longer prompts
//       defaults: {temperature: 0, max_tokens: 500}     # where neither prompt nor request set them; also top_p, stop,
//                                         # seed, cache
//       prices:                           # of a million tokens, each from a day on; one alone needs no day
//         - {from: 2026-01-01, currency: USD, input: 0.15, cached_input: 0.075, output: 0.60}
//   routes:                               # asked as "route/main": the next one when the one before fails
//     main: [azure/gpt-4o-mini, anthropic/claude-sonnet-4-5, builtin/nearest]
//     split:                              # a list within the list: whose turn is first is drawn by weight
//       - [{model: azure/gpt-4o-mini, weight: 3}, {model: openai/gpt-4o-mini, weight: 1}]
//       - builtin/nearest
//   limits:                               # of callers, in any span of the window; all that are set hold.
//                                         # Questions without a user, or without the label, count as one caller's;
//                                         # those of evaluations have no user
//     each-user: {per: user, window: 1m, requests: 60, tokens: 100000, cost: 0.50 USD}   # per: user, label:NAME or all
//   cache: {max_mib: 256, ttl: 1h}        # of answers to equal calls at temperature 0; absent: none
//
// A key is never in the file itself. An unknown key, a bad value, a secret that is missing: each is an error with its
// line and column.
#ifndef ATTUNE_CONFIG_H_
#define ATTUNE_CONFIG_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ask/caller_limits.h"
#include "provider/answer_cache.h"
#include "provider/hedge.h"
#include "provider/limit.h"
#include "provider/model_facts.h"
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
  std::optional<HedgePolicy> hedge;  // nullopt: no hedges
  bool heed_rate_limits = true;
  int32_t embed_batch = 0;                            // texts of one request for embeddings; 0: the vendor's own limit
  std::string embed_dimensions_field = "dimensions";  // for kOpenAi
};

struct ModelConfig {
  std::string name;   // "provider/model"
  std::string place;  // in the file, for errors: "attune.yaml:12:9"
  ModelFacts facts;
  std::vector<std::string> aliases;
};

struct RouteStep {
  std::string model;  // "provider/model", or an alias
  double weight = 1;
  std::string place;
};

struct RouteConfig {
  std::string name;
  std::vector<std::vector<RouteStep>> choices;  // at least one, of at least one step
};

struct Config {
  std::vector<ProviderConfig> providers;
  std::vector<ModelConfig> models;
  std::vector<RouteConfig> routes;
  std::vector<CallerLimit> limits;
  CachePolicy cache;
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
