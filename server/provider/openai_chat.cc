#include "provider/openai_chat.h"

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/openai_answer.h"
#include "provider/openai_request.h"

namespace attune {
namespace {

std::string_view WithoutSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::vector<std::string> HeadersFor(const OpenAiOptions& options, std::string_view accepted) {
  std::vector<std::string> headers = {"Content-Type: application/json", StrCat("Accept: ", accepted)};
  if (!options.api_key.empty()) headers.push_back(StrCat("Authorization: Bearer ", options.api_key));
  headers.insert(headers.end(), options.extra_headers.begin(), options.extra_headers.end());
  return headers;
}

}  // namespace

OpenAiOptions OpenAiOptionsFor(std::string_view base_url, std::string_view api_key) {
  OpenAiOptions options;
  options.api_key = StdView(absl::StripAsciiWhitespace(AbslView(api_key)));
  if (base_url.empty()) return options;
  options.base_url = WithoutSlash(base_url);
  if (options.base_url != kOpenAiBaseUrl) {
    options.token_field = "max_tokens";
    options.user_field.clear();
  }
  return options;
}

OpenAiChat::OpenAiChat(OpenAiOptions options, HttpClient& http)
    : options_(std::move(options)),
      url_(StrCat(WithoutSlash(options_.base_url), "/chat/completions")),
      whole_headers_(HeadersFor(options_, "application/json")),
      stream_headers_(HeadersFor(options_, "text/event-stream")),
      http_(http) {}

HttpRequest OpenAiChat::MakeHttpRequest(const ModelRequest& request, bool stream) const {
  HttpRequest http;
  http.url = url_;
  http.headers = stream ? stream_headers_ : whole_headers_;
  http.body = OpenAiRequestBody(options_, request, stream);
  http.deadline = request.deadline;
  http.connect_timeout = options_.connect_timeout;
  http.idle_timeout = options_.idle_timeout;
  http.max_body_bytes = options_.max_answer_bytes;
  return http;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> OpenAiChat::Generate(const ModelRequest& request, TextSink* sink) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckOpenAiRequest(request));
  OpenAiAnswer answer(options_, request.model, sink);
  HttpRequest http = MakeHttpRequest(request, sink != nullptr);
  const absl::StatusOr<HttpHead> sent = co_await http_.Send(std::move(http), answer);
  co_return answer.Finish(sent.status());
}

}  // namespace attune
