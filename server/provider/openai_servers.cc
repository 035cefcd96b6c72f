#include "provider/openai_servers.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace attune {
namespace {

const std::vector<OpenAiServer>& Quirks() {
  // Most know only max_tokens, no field for the end user, and no role `developer`: the templates of open models refuse
  // it, or drop its text silently.
  static const OpenAiFields kCommon = {.max_tokens = "max_tokens", .user = "", .developer_role = "system"};
  static const std::vector<OpenAiServer> kQuirks = {
      {.name = "azure", .base_url = "", .key_header = "api-key", .query = "", .fields = {.user = "user"}},
      // The API with dates, whose model is a deployment. Its stable version knows max_completion_tokens and the role
      // `developer` only for some models.
      {.name = "azure-dated",
       .base_url = "",
       .key_header = "api-key",
       .query = "api-version=2024-10-21",
       .fields = {.max_tokens = "max_tokens",
                  .user = "user",
                  .developer_role = "system",
                  .path = "/openai/deployments/{model}/chat/completions"}},
      {.name = "groq",
       .base_url = "https://api.groq.com/openai/v1",
       .key_header = "",
       .query = "",
       .fields = {.user = "user", .developer_role = "system"}},
      {.name = "llama.cpp", .base_url = "http://localhost:8080/v1", .key_header = "", .query = "", .fields = kCommon},
      // Refuses every field that it does not know with 422. Usage comes unasked at the end of its streams.
      {.name = "mistral",
       .base_url = "https://api.mistral.ai/v1",
       .key_header = "",
       .query = "",
       .fields = {.max_tokens = "max_tokens",
                  .seed = "random_seed",
                  .user = "",
                  .stream_usage = false,
                  .developer_role = "system"},
       .embed_dimensions_field = "output_dimension"},
      {.name = "ollama", .base_url = "http://localhost:11434/v1", .key_header = "", .query = "", .fields = kCommon},
      {.name = "openai", .base_url = kOpenAiBaseUrl, .key_header = "", .query = "", .fields = {}},
      {.name = "openrouter",
       .base_url = "https://openrouter.ai/api/v1",
       .key_header = "",
       .query = "",
       .fields = {.max_tokens = "max_tokens", .user = "user", .developer_role = "system"}},
      {.name = "vllm", .base_url = "http://localhost:8000/v1", .key_header = "", .query = "", .fields = kCommon},
  };
  return kQuirks;
}

}  // namespace

const OpenAiServer* FindOpenAiServer(std::string_view name) {
  const auto found = std::find_if(Quirks().begin(), Quirks().end(),
                                  [name](const OpenAiServer& server) { return server.name == name; });
  return found == Quirks().end() ? nullptr : &*found;
}

std::string OpenAiServerNames() {
  std::string names;
  for (const OpenAiServer& server : Quirks()) StrAppend(&names, names.empty() ? "" : ", ", server.name);
  return names;
}

}  // namespace attune
