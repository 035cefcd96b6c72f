#include "providers.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/strings.h"
#include "provider/anthropic_messages.h"
#include "provider/builtin_nearest.h"
#include "provider/gemini_generate.h"
#include "provider/openai_chat.h"
#include "provider/openai_completions.h"
#include "provider/openai_responses.h"
#include "provider/vendor_chat.h"

namespace attune {
namespace {

class VendorAdder {
 public:
  // Adds nothing if `access` holds neither key nor base URL.
  VendorAdder(const VendorAccess& access, std::string_view default_url, HttpClient& http,
              ProviderRegistry::Builder& providers)
      : on_(!access.api_key.empty() || !access.base_url.empty()), http_(http), providers_(providers) {
    options_.base_url = access.base_url.empty() ? default_url : access.base_url;
    options_.api_key = StdView(absl::StripAsciiWhitespace(access.api_key));  // keys in files end in a line feed
  }

  template <typename DialectOfVendor, typename... Args>
  VendorAdder& Add(std::string_view name, Args&&... args) {
    if (!on_) return *this;
    options_.name = name;
    providers_.Add(options_.name, std::make_unique<VendorChat>(
                                      options_, std::make_unique<DialectOfVendor>(std::forward<Args>(args)...), http_));
    return *this;
  }
  const std::string& base_url() const { return options_.base_url; }

 private:
  const bool on_;
  VendorOptions options_;
  HttpClient& http_;
  ProviderRegistry::Builder& providers_;
};

}  // namespace

ProviderRegistry MakeProviders(const Options& options, HttpClient& http) {
  ProviderRegistry::Builder providers;
  providers.Add(std::string(kBuiltinName), std::make_unique<BuiltinNearest>());
  VendorAdder openai(options.openai, kOpenAiBaseUrl, http, providers);
  openai.Add<OpenAiChat>("openai", OpenAiFieldsFor(openai.base_url()))
      .Add<OpenAiResponses>("openai-responses")
      .Add<OpenAiCompletions>("openai-completions");
  VendorAdder(options.anthropic, kAnthropicBaseUrl, http, providers).Add<AnthropicMessages>("anthropic");
  VendorAdder(options.gemini, kGeminiBaseUrl, http, providers).Add<GeminiGenerate>("gemini");
  return std::move(providers).Build();
}

}  // namespace attune
