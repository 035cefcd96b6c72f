// Which providers are on, by what the environment holds.
#ifndef ATTUNE_PROVIDERS_H_
#define ATTUNE_PROVIDERS_H_

#include "http/http_client.h"
#include "options.h"
#include "provider/registry.h"

namespace attune {

// builtin always; openai, openai-responses and openai-completions (one server, three of its APIs), anthropic and gemini
// each if its key or its base URL is set. `http` must outlive the registry.
ProviderRegistry MakeProviders(const Options& options, HttpClient& http);

}  // namespace attune

#endif  // ATTUNE_PROVIDERS_H_
