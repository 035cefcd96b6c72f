#include "http/curl_error.h"

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

absl::Status Failed(absl::StatusCode code, std::string_view reason, std::string_view what, const CurlFailure& failure) {
  const std::string_view detail = failure.text[0] != '\0' ? failure.text : curl_easy_strerror(failure.code);
  return Error(code, reason).Message(StrCat(what, ": ", detail)).With("phase", PhaseName(failure.phase));
}

absl::Status TimedOut(const CurlFailure& failure) {
  if (failure.phase == HttpPhase::kConnect && failure.connect_bounded && absl::Now() < failure.deadline) {
    return Error(absl::StatusCode::kDeadlineExceeded, "HTTP_IDLE")
        .Message(StrCat("no connection within ", absl::FormatDuration(failure.connect_timeout)))
        .With("phase", PhaseName(failure.phase));
  }
  return DeadlinePassed(failure.phase);
}

}  // namespace

absl::Status CurlError(const CurlFailure& failure) {
  const bool connecting = failure.phase == HttpPhase::kConnect;
  switch (failure.code) {
    case CURLE_OPERATION_TIMEDOUT:
      return TimedOut(failure);
    case CURLE_URL_MALFORMAT:
      return BadUrl(failure.text);
    case CURLE_FILESIZE_EXCEEDED:
      return Failed(absl::StatusCode::kResourceExhausted, "BODY_TOO_LARGE", "the response is too large", failure);
    case CURLE_OUT_OF_MEMORY:  // curl's answer to one header line above its own limit of 100 KiB
      return Failed(absl::StatusCode::kResourceExhausted, "HEADERS_TOO_LARGE", "a response header is too long",
                    failure);
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (connecting) return BadUrl("it must begin with http:// or https://");
      [[fallthrough]];
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:  // not the sink, whose status comes first: a body that does not decode
      return Failed(absl::StatusCode::kInternal, "HTTP_GARBAGE", "the response is not valid HTTP", failure);
    default:
      return connecting
                 ? Failed(absl::StatusCode::kUnavailable, "CONNECT_FAILED", "cannot connect", failure)
                 : Failed(absl::StatusCode::kUnavailable, "CONNECTION_LOST", "the connection broke off", failure);
  }
}

absl::Status BadUrl(std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_URL")
      .Message(StrCat("the URL cannot be used", why.empty() ? "" : ": ", why));
}

absl::Status BadHeader(std::string_view name) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_HEADER")
      .Message(
          StrCat("the value of header '", name, "' has a line break or a null byte; is a key read with its line end?"))
      .With("header", name);
}

absl::Status DeadlinePassed(HttpPhase phase) {
  return Error(absl::StatusCode::kDeadlineExceeded, "HTTP_DEADLINE")
      .Message(StrCat("the deadline passed in phase ", PhaseName(phase)))
      .With("phase", PhaseName(phase));
}

absl::Status IdleTooLong(HttpPhase phase, absl::Duration limit) {
  return Error(absl::StatusCode::kDeadlineExceeded, "HTTP_IDLE")
      .Message(StrCat("no byte came for ", absl::FormatDuration(limit), " in phase ", PhaseName(phase)))
      .With("phase", PhaseName(phase));
}

absl::Status BegunTooLate(HttpPhase phase) {
  return Error(absl::StatusCode::kDeadlineExceeded, "HTTP_DEADLINE")
      .Message(StrCat("nothing of the answer came in time, in phase ", PhaseName(phase)))
      .With("phase", PhaseName(phase));
}

absl::Status HeadersTooLarge(size_t limit_bytes) {
  return Error(absl::StatusCode::kResourceExhausted, "HEADERS_TOO_LARGE")
      .Message(StrCat("the response headers are longer than ", limit_bytes, " bytes"))
      .With("limit_bytes", static_cast<int64_t>(limit_bytes));
}

absl::Status BodyTooLarge(size_t limit_bytes) {
  return Error(absl::StatusCode::kResourceExhausted, "BODY_TOO_LARGE")
      .Message(StrCat("the response is longer than ", limit_bytes, " bytes"))
      .With("limit_bytes", static_cast<int64_t>(limit_bytes));
}

absl::Status TooManyExchanges(size_t limit) {
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_EXCHANGES")
      .Message(StrCat("already ", limit, " HTTP exchanges are in flight on this thread; try again later"))
      .With("limit", static_cast<int64_t>(limit))
      .RetryAfter(absl::Seconds(1));
}

absl::Status ClientClosed() {
  return Error(absl::StatusCode::kUnavailable, "CLIENT_CLOSED").Message("the HTTP client is shutting down");
}

}  // namespace attune
