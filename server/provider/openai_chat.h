// OpenAI chat completions, and the many servers that speak the same: vLLM, llama.cpp, Ollama, Mistral, Azure, gateways.
//
//   OpenAiChat openai(OpenAiOptionsFor(base_url, key), http_client);
#ifndef ATTUNE_PROVIDER_OPENAI_CHAT_H_
#define ATTUNE_PROVIDER_OPENAI_CHAT_H_

#include <string>
#include <vector>

#include "http/http_client.h"
#include "provider/openai_options.h"
#include "provider/provider.h"

namespace attune {

class OpenAiChat final : public Provider {
 public:
  // `http` must outlive it. Generate is to be awaited on a thread of that client's pool.
  OpenAiChat(OpenAiOptions options, HttpClient& http);

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  HttpRequest MakeHttpRequest(const ModelRequest& request, bool stream) const;

  const OpenAiOptions options_;
  const std::string url_;
  const std::vector<std::string> whole_headers_, stream_headers_;
  HttpClient& http_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_CHAT_H_
