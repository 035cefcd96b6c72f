// Which providers are on: by what the environment holds, and by the configuration.
#ifndef ATTUNE_PROVIDERS_H_
#define ATTUNE_PROVIDERS_H_

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/jitter.h"
#include "base/sleep.h"
#include "config.h"
#include "http/http_client.h"
#include "options.h"
#include "provider/embed_stats.h"
#include "provider/registry.h"

namespace attune {

// What the providers work with; all of it must outlive the registry.
struct ProviderParts {
  HttpClient& http;
  const Clock& clock;
  const Sleeper& sleeper;
  Jitter& jitter;
  EmbedStats* embeds = nullptr;  // counts the calls for embeddings; null: nobody does
};

// builtin always; openai, openai-responses and openai-completions (one server, three of its APIs), anthropic and gemini
// each if its key or its base URL is in the environment; those of the configuration, which win over others of the same
// name; and `route` if there are routes. Around every vendor stand a limit and a breaker for each model, hedges if they
// are configured, and retries. builtin, the providers of the kinds openai (but one with a path of its own) and gemini
// make embeddings as well, behind limit, breaker, retries and batches of their own.
// INVALID_ARGUMENT (BAD_FILE) for a route with a model whose provider is not on.
absl::StatusOr<ProviderRegistry> MakeProviders(const Options& options, const Config& config,
                                               const ProviderParts& parts);

}  // namespace attune

#endif  // ATTUNE_PROVIDERS_H_
