#include "provider/vendor_errors.h"

#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/vendor_failure_kind.h"

namespace attune {
namespace {

using absl::StatusCode;

// Cut at a character's start, so that the text stays UTF-8.
std::string_view Shortened(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return text.substr(0, max_bytes);
}

bool LooksLikeKey(std::string_view word) {
  for (const std::string_view sign : {"sk-", "AIza", "**"}) {
    if (word.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

// The vendor's words without the key: neither as it is, nor any word that looks like one, masked in part or not.
std::string Redacted(std::string_view text, const std::string& key) {
  std::string result;
  while (!text.empty()) {
    const size_t gap = text.find_first_of(" \t\r\n\"'`,;()[]{}<>=");
    const std::string_view word = text.substr(0, gap);
    const bool secret = LooksLikeKey(word) || (key.size() >= 4 && word.find(key) != std::string_view::npos);
    StrAppend(&result, secret ? std::string_view("[key]") : word);
    if (gap == std::string_view::npos) break;
    result += text[gap] < ' ' ? ' ' : text[gap];
    text.remove_prefix(gap + 1);
  }
  if (!key.empty()) result = absl::StrReplaceAll(result, {{key, "[key]"}});
  return result;
}

std::string Quote(const VendorOptions& options, std::string_view text) {
  return std::string(Shortened(Redacted(text, options.api_key), kMaxVendorMessageBytes));
}

std::string Describe(const VendorOptions& options, const FailureKind& kind, const VendorFailure& failure) {
  const VendorError error = failure.error.value_or(VendorError());
  std::string text = StrCat(options.name, " ", kind.what);
  StrAppend(&text, failure.http_status == 0 ? " (error inside the answer" : " (HTTP ",
            failure.http_status == 0 ? std::string() : StrCat(failure.http_status));
  if (!error.code.empty()) StrAppend(&text, ", ", Quote(options, error.code));
  text += ")";
  if (!error.param.empty()) StrAppend(&text, ", parameter '", Quote(options, error.param), "'");
  // An answer to a bad key mostly quotes it, in forms that no pattern knows.
  const bool may_quote = kind.reason != "PROVIDER_KEY_REFUSED";
  if (may_quote && !error.message.empty()) StrAppend(&text, ": ", Quote(options, error.message));
  return text;
}

}  // namespace

absl::Status FailureStatus(const VendorOptions& options, const VendorFailure& failure) {
  const VendorError vendor = failure.error.value_or(VendorError());
  const FailureKind kind = KindOf(failure.http_status, vendor);
  Error error(kind.code, kind.reason);
  error.Message(Describe(options, kind, failure)).With("provider", options.name);
  if (failure.http_status != 0) error.With("http_status", failure.http_status);
  if (!failure.model.empty()) error.With("model", failure.model);
  if (!vendor.code.empty()) error.With("vendor_code", Quote(options, vendor.code));
  if (!vendor.param.empty()) error.With("param", Quote(options, vendor.param));
  const bool worth_retry = failure.retry.should.value_or(kind.worth_retry);
  const std::optional<absl::Duration> wait = failure.retry.after ? failure.retry.after : vendor.retry_after;
  if (worth_retry) error.RetryAfter(wait.value_or(kDefaultRetryDelay));
  if (worth_retry && wait) error.With("vendor_wait", absl::FormatDuration(*wait));
  if (kind.code == StatusCode::kResourceExhausted) {
    error.Quota(StrCat("provider:", options.name), kind.worth_retry ? "requests per time" : "account quota");
  }
  return error;
}

absl::Status VendorCut(const VendorOptions& options, std::string_view how) {
  return Error(StatusCode::kUnavailable, "PROVIDER_CUT")
      .Message(StrCat(options.name, " cut its answer short: ", how, "; text that came so far is not the whole answer"))
      .With("provider", options.name);
}

absl::Status VendorGarbage(const VendorOptions& options, int http_status, std::string_view what) {
  return Error(StatusCode::kInternal, "PROVIDER_GARBAGE")
      .Message(StrCat(options.name, " sent something else than an answer: ", what,
                      "; check its base URL, and that its kind of API is the right one"))
      .With("provider", options.name)
      .With("http_status", http_status);
}

absl::Status AttemptTimedOut(const VendorOptions& options, bool text_came) {
  const std::string limit = StrCat("no whole answer within ", absl::FormatDuration(options.attempt_timeout));
  if (text_came) return VendorCut(options, limit);
  return Error(StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE")
      .Message(StrCat(options.name, " did not answer in time: ", limit))
      .With("provider", options.name)
      .RetryAfter(kDefaultRetryDelay);
}

absl::Status TransportFailure(const VendorOptions& options, const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  const std::string phase = ErrorMetadata(status, "phase");
  const std::string_view cause = StdView(status.message());
  if (reason == "HTTP_DEADLINE") {
    return Error(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE")
        .Message(StrCat(options.name, " did not answer in time: ", cause))
        .With("provider", options.name)
        .With("phase", phase);
  }
  const bool lost = reason == "HTTP_IDLE" || reason == "CONNECTION_LOST";
  if (lost && phase == "body") return VendorCut(options, cause);
  if (lost || reason == "CONNECT_FAILED") {
    return Error(StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE")
        .Message(StrCat(options.name, " cannot be reached or does not answer: ", cause))
        .With("provider", options.name)
        .With("phase", phase)
        .RetryAfter(kDefaultRetryDelay);
  }
  if (reason == "TOO_MANY_EXCHANGES") {
    return Error(StatusCode::kResourceExhausted, "PROVIDER_BUSY")
        .Message(StrCat("no more calls of ", options.name, " can be in flight: ", cause))
        .With("provider", options.name)
        .With("attempts", 0)
        .RetryAfter(kDefaultRetryDelay)
        .Quota(StrCat("provider:", options.name), "exchanges in flight");
  }
  if (reason == "BAD_URL" || reason == "BAD_HEADER") {
    return Error(StatusCode::kFailedPrecondition, "PROVIDER_MISCONFIGURED")
        .Message(StrCat("the server's configuration of ", options.name, " is wrong: ", cause))
        .With("provider", options.name)
        .With("attempts", 0);
  }
  if (reason == "HTTP_GARBAGE" || reason == "BODY_TOO_LARGE" || reason == "HEADERS_TOO_LARGE" ||
      reason == "SSE_EVENT_TOO_LARGE") {
    return VendorGarbage(options, 0, cause);
  }
  return status;
}

}  // namespace attune
