#include "http/curl_handle.h"

#include <string_view>
#include <utility>

#include "http/curl_error.h"

namespace attune {

std::unique_ptr<CurlHandle> CurlHandle::New(const CurlSocketHooks& hooks) {
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return nullptr;
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "attune/0.1");
  // Asks for plain bodies, and yet undoes the gzip that some proxies apply unasked.
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "identity");
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // Without it, ending an exchange that still resolves its host would block the thread until the resolver answers.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, hooks.open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, hooks.self);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, hooks.close_socket);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, hooks.self);
  return std::unique_ptr<CurlHandle>(new CurlHandle(handle));
}

absl::Status CurlHandle::SetUrl(const std::string& url) {
  if (parsed_url_ != nullptr && url == url_) return absl::OkStatus();
  std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (parsed == nullptr) return absl::ResourceExhaustedError("no memory for an HTTP exchange");
  const CURLUcode code =
      curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) return BadUrl(curl_url_strerror(code));
  curl_easy_setopt(get(), CURLOPT_CURLU, parsed.get());
  parsed_url_ = std::move(parsed);
  url_ = url;
  return absl::OkStatus();
}

absl::Status CurlHandle::SetHeaders(const std::vector<std::string>& headers) {
  if (header_list_ != nullptr && headers == headers_) return absl::OkStatus();
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // do not wait for "100 Continue"
  for (const std::string& header : headers) {
    // A line break in a value, such as a key read from a file, would start a header of its own. The value is not named:
    // it may be the key.
    if (header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      curl_slist_free_all(list);
      return BadHeader(std::string_view(header).substr(0, header.find(':')));
    }
    list = curl_slist_append(list, header.c_str());
  }
  curl_easy_setopt(get(), CURLOPT_HTTPHEADER, list);
  header_list_.reset(list);
  headers_ = headers;
  return absl::OkStatus();
}

void CurlHandle::ForgetRequest() const {
  curl_easy_setopt(get(), CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(get(), CURLOPT_PRIVATE, nullptr);
  curl_easy_setopt(get(), CURLOPT_POSTFIELDS, nullptr);
}

}  // namespace attune
