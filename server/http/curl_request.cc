// The part of CurlExchange that tells curl about the request.
#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "http/curl_error.h"
#include "http/curl_exchange.h"

namespace attune {
namespace {

// Longer waits are no limit at all; keeps the sum of two within a 32-bit long.
constexpr absl::Duration kLongestWait = absl::Hours(24 * 10);

long Milliseconds(absl::Duration wait) {
  return static_cast<long>(absl::ToInt64Milliseconds(
      absl::Ceil(std::clamp(wait, absl::Milliseconds(1), kLongestWait), absl::Milliseconds(1))));
}

}  // namespace

absl::Status CurlExchange::Prepare(size_t max_header_bytes) {
  max_header_bytes_ = max_header_bytes;
  if (request_.deadline <= absl::Now()) return DeadlinePassed(phase_);
  ATTUNE_RETURN_IF_ERROR(handle_->SetUrl(request_.url));
  ATTUNE_RETURN_IF_ERROR(handle_->SetHeaders(request_.shared_headers, request_.headers));
  ATTUNE_RETURN_IF_ERROR(handle_->SetConnection(request_.proxy, request_.tls_ca));
  PrepareMethod();
  PrepareTimes();
  CURL* const curl = handle_->get();
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_body_bytes));
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 0L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &CurlExchange::OnHeaderLine);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlExchange::OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, &CurlExchange::OnConnected);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  return absl::OkStatus();
}

void CurlExchange::PrepareMethod() {
  CURL* const curl = handle_->get();
  const bool has_body = !request_.body.empty() || request_.method == "POST";
  if (has_body) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request_.body.data());
  } else {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  }
  const bool named = request_.method != (has_body ? "POST" : "GET");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, named ? request_.method.c_str() : nullptr);
  curl_easy_setopt(curl, CURLOPT_NOBODY, request_.method == "HEAD" ? 1L : 0L);
}

void CurlExchange::PrepareTimes() {
  CURL* const curl = handle_->get();
  const absl::Duration left = request_.deadline - absl::Now();
  connect_bounded_ = request_.connect_timeout < left;
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left > kLongestWait ? 0L : Milliseconds(left));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(request_.connect_timeout));
}

}  // namespace attune
