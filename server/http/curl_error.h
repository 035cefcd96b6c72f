// How an exchange fails: every error of http_client.h in one place, with messages for a person. None of them quotes a
// URL or a header, which may hold a key.
#ifndef ATTUNE_HTTP_CURL_ERROR_H_
#define ATTUNE_HTTP_CURL_ERROR_H_

#include <curl/curl.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "http/curl_exchange.h"

namespace attune {

struct CurlFailure {
  CURLcode code = CURLE_OK;
  HttpPhase phase = HttpPhase::kConnect;
  bool connect_bounded = false;  // the connect time-out comes before the deadline
  absl::Time deadline;
  absl::Duration connect_timeout;
  const char* text = "";  // curl's own words; may be empty
};
absl::Status CurlError(const CurlFailure& failure);

absl::Status BadUrl(std::string_view why);
absl::Status BadHeader(std::string_view name);
absl::Status DeadlinePassed(HttpPhase phase);
absl::Status IdleTooLong(HttpPhase phase, absl::Duration limit);
absl::Status BegunTooLate(HttpPhase phase);
absl::Status HeadersTooLarge(size_t limit_bytes);
absl::Status BodyTooLarge(size_t limit_bytes);
absl::Status TooManyExchanges(size_t limit);
absl::Status ClientClosed();

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_ERROR_H_
