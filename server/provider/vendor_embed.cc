#include "provider/vendor_embed.h"

#include <utility>

#include "base/error.h"
#include "provider/embed_answer.h"
#include "provider/vendor_errors.h"
#include "provider/vendor_http.h"
#include "provider/vendor_span.h"

namespace attune {

VendorEmbed::VendorEmbed(VendorOptions options, std::unique_ptr<const EmbedDialect> dialect, HttpClient& http)
    : options_(std::move(options)),
      dialect_(std::move(dialect)),
      headers_(VendorHeaders(options_, "application/json", dialect_->Headers(OwnKey(options_)))),
      http_(http) {}

absl::Status VendorEmbed::Check(const EmbedRequest& request) const {
  ATTUNE_RETURN_IF_ERROR(CheckEmbedRequest(request, limits()));
  ATTUNE_RETURN_IF_ERROR(CheckOneBatch(request, limits()));
  return dialect_->Check(request);
}

HttpRequest VendorEmbed::MakeHttpRequest(const EmbedRequest& request) const {
  HttpRequest http = VendorHttpRequest(options_, dialect_->Path(request), request.deadline);
  http.shared_headers = headers_;
  http.body = dialect_->Body(request);
  return http;
}

asio::awaitable<absl::StatusOr<Embeddings>> VendorEmbed::Embed(const EmbedRequest& request) {
  ATTUNE_CO_RETURN_IF_ERROR(Check(request));
  if (request.texts.empty()) co_return Embeddings{.attempts = 0};
  EmbedAnswer answer(options_, *dialect_, request);
  HttpRequest http = MakeHttpRequest(request);
  VendorSpan span(request, options_.name, http.headers);
  const bool own_limit = http.deadline < request.deadline;
  const absl::StatusOr<HttpHead> sent = co_await http_.Send(std::move(http), answer);
  absl::StatusOr<Embeddings> outcome = answer.Finish(sent.status());
  if (own_limit && absl::IsDeadlineExceeded(outcome.status())) outcome = AttemptTimedOut(options_, false);
  span.End(outcome);
  co_return outcome;
}

}  // namespace attune
