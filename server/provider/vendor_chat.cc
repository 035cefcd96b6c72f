#include "provider/vendor_chat.h"

#include <utility>

#include "base/error.h"
#include "provider/vendor_answer.h"
#include "provider/vendor_errors.h"
#include "provider/vendor_http.h"
#include "provider/vendor_request.h"
#include "provider/vendor_span.h"

namespace attune {

VendorChat::VendorChat(VendorOptions options, std::unique_ptr<const Dialect> dialect, HttpClient& http)
    : options_(std::move(options)),
      dialect_(std::move(dialect)),
      whole_headers_(VendorHeaders(options_, "", dialect_->Headers(OwnKey(options_)))),
      stream_headers_(VendorHeaders(options_, "text/event-stream", dialect_->Headers(OwnKey(options_)))),
      http_(http) {}

absl::Status VendorChat::Check(const ModelRequest& request) const {
  ATTUNE_RETURN_IF_ERROR(CheckResponseSchema(request));
  return dialect_->Check(request);
}

HttpRequest VendorChat::MakeHttpRequest(const ModelRequest& request, bool stream) const {
  HttpRequest http = VendorHttpRequest(options_, dialect_->Path(request, stream), request.deadline);
  if (!stream) http.idle_timeout = options_.answer_silence;
  if (stream) http.begin_by = request.first_text_by;
  http.shared_headers = stream ? stream_headers_ : whole_headers_;
  http.body = dialect_->Body(request, stream);
  return http;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> VendorChat::Generate(const ModelRequest& request, TextSink* sink) {
  // Nothing was asked.
  if (absl::Status bad = Check(request); !bad.ok()) co_return WithMetadata(std::move(bad), "attempts", "0");
  VendorAnswer answer(options_, *dialect_, request.model, sink);
  HttpRequest http = MakeHttpRequest(request, sink != nullptr);
  VendorSpan span(request, options_.name, http.headers);
  const bool own_limit = http.deadline < request.deadline;
  const bool text_first = http.begin_by < http.deadline;  // its first text is late before the whole is
  const absl::StatusOr<HttpHead> sent = co_await http_.Send(std::move(http), answer);
  absl::StatusOr<ModelAnswer> outcome = answer.Finish(sent.status());
  if (own_limit && absl::IsDeadlineExceeded(outcome.status()) && (answer.Begun() || !text_first)) {
    outcome = AttemptTimedOut(options_, answer.any_text());
  }
  span.End(outcome);
  co_return outcome;
}

}  // namespace attune
