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
  if (curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str()) != CURLE_OK) return BadUrl("it is too long");
  ATTUNE_RETURN_IF_ERROR(PrepareHeaders());
  PrepareMethod();
  PrepareTimes();
  curl_easy_setopt(handle_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request_.max_body_bytes));
  curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, 0L);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &CurlExchange::OnHeaderLine);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlExchange::OnBody);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_PREREQFUNCTION, &CurlExchange::OnConnected);
  curl_easy_setopt(handle_, CURLOPT_PREREQDATA, this);
  return absl::OkStatus();
}

absl::Status CurlExchange::PrepareHeaders() {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // do not wait for "100 Continue"
  for (const std::string& header : request_.headers) {
    // A line break in a value, such as a key read from a file, would start a header of its own. The value is not named:
    // it may be the key.
    if (header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      curl_slist_free_all(list);
      return BadHeader(std::string_view(header).substr(0, header.find(':')));
    }
    list = curl_slist_append(list, header.c_str());
  }
  headers_.reset(list);
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
  return absl::OkStatus();
}

void CurlExchange::PrepareMethod() {
  const bool has_body = !request_.body.empty() || request_.method == "POST";
  if (has_body) {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.data());
  } else {
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
  }
  const bool named = request_.method != (has_body ? "POST" : "GET");
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, named ? request_.method.c_str() : nullptr);
  curl_easy_setopt(handle_, CURLOPT_NOBODY, request_.method == "HEAD" ? 1L : 0L);
}

void CurlExchange::PrepareTimes() {
  const absl::Duration left = request_.deadline - absl::Now();
  connect_bounded_ = request_.connect_timeout < left;
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, left > kLongestWait ? 0L : Milliseconds(left));
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(request_.connect_timeout));
}

}  // namespace attune
