#include "provider/vendor_chat.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "provider/vendor_answer.h"
#include "provider/vendor_errors.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

std::string_view WithoutSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::vector<std::string> HeadersFor(const VendorOptions& options, const Dialect& dialect, std::string_view accepted) {
  std::vector<std::string> headers = {"Content-Type: application/json", StrCat("Accept: ", accepted)};
  const bool own_way = options.key_header.empty();
  for (std::string& header : dialect.Headers(own_way ? options.api_key : "")) headers.push_back(std::move(header));
  if (!own_way && !options.api_key.empty()) headers.push_back(StrCat(options.key_header, ": ", options.api_key));
  headers.insert(headers.end(), options.extra_headers.begin(), options.extra_headers.end());
  return headers;
}

}  // namespace

VendorChat::VendorChat(VendorOptions options, std::unique_ptr<const Dialect> dialect, HttpClient& http)
    : options_(std::move(options)),
      dialect_(std::move(dialect)),
      base_url_(WithoutSlash(options_.base_url)),
      whole_headers_(HeadersFor(options_, *dialect_, "application/json")),
      stream_headers_(HeadersFor(options_, *dialect_, "text/event-stream")),
      http_(http) {}

absl::Status VendorChat::Check(const ModelRequest& request) const {
  ATTUNE_RETURN_IF_ERROR(CheckResponseSchema(request));
  return dialect_->Check(request);
}

HttpRequest VendorChat::MakeHttpRequest(const ModelRequest& request, bool stream) const {
  HttpRequest http;
  http.url = StrCat(base_url_, dialect_->Path(request, stream));
  if (!options_.query.empty()) {
    StrAppend(&http.url, http.url.find('?') == std::string::npos ? "?" : "&", options_.query);
  }
  http.headers = stream ? stream_headers_ : whole_headers_;
  http.body = dialect_->Body(request, stream);
  http.deadline = std::min(request.deadline, absl::Now() + options_.attempt_timeout);
  http.connect_timeout = options_.connect_timeout;
  http.idle_timeout = options_.idle_timeout;
  http.max_body_bytes = options_.max_answer_bytes;
  return http;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> VendorChat::Generate(const ModelRequest& request, TextSink* sink) {
  // Nothing was asked.
  if (absl::Status bad = Check(request); !bad.ok()) co_return WithMetadata(std::move(bad), "attempts", "0");
  VendorAnswer answer(options_, *dialect_, request.model, sink);
  HttpRequest http = MakeHttpRequest(request, sink != nullptr);
  const bool own_limit = http.deadline < request.deadline;
  const absl::StatusOr<HttpHead> sent = co_await http_.Send(std::move(http), answer);
  absl::StatusOr<ModelAnswer> outcome = answer.Finish(sent.status());
  if (own_limit && absl::IsDeadlineExceeded(outcome.status())) co_return AttemptTimedOut(options_, answer.any_text());
  co_return outcome;
}

}  // namespace attune
