#include "provider/vendor_http.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/strings.h"

namespace attune {
namespace {

std::string_view WithoutSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace

std::string OwnKey(const VendorOptions& options) { return options.key_header.empty() ? options.api_key : ""; }

std::vector<std::string> BearerHeaders(const std::string& api_key) {
  if (api_key.empty()) return {};
  return {StrCat("Authorization: Bearer ", api_key)};
}

SharedHeaders VendorHeaders(const VendorOptions& options, std::string_view accepted, std::vector<std::string> own) {
  std::vector<std::string> headers = {"Content-Type: application/json"};
  if (!accepted.empty()) headers.push_back(StrCat("Accept: ", accepted));
  for (std::string& header : own) headers.push_back(std::move(header));
  if (!options.key_header.empty() && !options.api_key.empty()) {
    headers.push_back(StrCat(options.key_header, ": ", options.api_key));
  }
  headers.insert(headers.end(), options.extra_headers.begin(), options.extra_headers.end());
  return std::make_shared<const std::vector<std::string>>(std::move(headers));
}

HttpRequest VendorHttpRequest(const VendorOptions& options, std::string_view path, absl::Time deadline) {
  HttpRequest http;
  http.url = StrCat(WithoutSlash(options.base_url), path);
  if (!options.query.empty()) {
    StrAppend(&http.url, http.url.find('?') == std::string::npos ? "?" : "&", options.query);
  }
  http.deadline = std::min(deadline, absl::Now() + options.attempt_timeout);
  http.proxy = options.proxy;
  http.tls_ca = options.tls_ca;
  http.connect_timeout = options.connect_timeout;
  http.idle_timeout = options.idle_timeout;
  http.max_body_bytes = options.max_answer_bytes;
  return http;
}

}  // namespace attune
