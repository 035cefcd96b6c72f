#include "http/curl_handle.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "base/error.h"
#include "base/strings.h"
#include "http/curl_error.h"

namespace attune {
namespace {

// What each request has unless a header of its own takes its place. As options of curl they would cost more: it formats
// what those add twice, a byte at a time.
constexpr char kUserAgent[] = "User-Agent: attune/0.1";
constexpr char kPlainBodies[] = "Accept-Encoding: identity";

// Null where curl was built without one. curl cannot be told to go back to its default, only what that is.
const char* DefaultOf(CURL* curl, CURLINFO info) {
  const char* path = nullptr;
  curl_easy_getinfo(curl, info, &path);
  return path;
}

// Some TLS libraries know no folder of certificates.
bool Set(CURL* curl, CURLoption option, const char* value) {
  const CURLcode code = curl_easy_setopt(curl, option, value);
  return code == CURLE_OK || code == CURLE_NOT_BUILT_IN;
}

bool SetProxy(CURL* curl, const std::optional<std::string>& proxy) {
  // A proxy that is named is used, whatever no_proxy says.
  return Set(curl, CURLOPT_PROXY, proxy ? proxy->c_str() : nullptr) && Set(curl, CURLOPT_NOPROXY, proxy ? "" : nullptr);
}

// Of the server, and of a proxy that is reached by https.
bool SetTrust(CURL* curl, const std::string& file) {
  const char* const certificates = file.empty() ? DefaultOf(curl, CURLINFO_CAINFO) : file.c_str();
  const char* const folder = file.empty() ? DefaultOf(curl, CURLINFO_CAPATH) : nullptr;
  return Set(curl, CURLOPT_CAINFO, certificates) && Set(curl, CURLOPT_CAPATH, folder) &&
         Set(curl, CURLOPT_PROXY_CAINFO, certificates) && Set(curl, CURLOPT_PROXY_CAPATH, folder);
}

bool HasHeader(const std::vector<std::string>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const std::string& header) { return absl::StartsWithIgnoreCase(header, AbslView(name)); });
}

absl::Status AppendHeaders(const std::vector<std::string>& headers, CurlHandle::HeaderList& list) {
  for (const std::string& header : headers) {
    // A line break in a value, such as a key read from a file, would start a header of its own. The value is not named:
    // it may be the key.
    if (header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return BadHeader(std::string_view(header).substr(0, header.find(':')));
    }
    list.reset(curl_slist_append(list.release(), header.c_str()));
  }
  return absl::OkStatus();
}

}  // namespace

CurlHandle::CurlHandle(CURL* curl)
    : proxy_headers_(curl_slist_append(nullptr, kUserAgent), curl_slist_free_all), curl_(curl, curl_easy_cleanup) {}

std::unique_ptr<CurlHandle> CurlHandle::New(const CurlSocketHooks& hooks) {
  CURL* handle = curl_easy_init();
  if (handle == nullptr) return nullptr;
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  // Undoes the gzip that some proxies apply unasked; the header is kPlainBodies.
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
  // What a proxy is told when it shall make a tunnel. Where there is none, it would get this beside the other headers.
  const bool tunnels = absl::StartsWithIgnoreCase(url, "https:");
  curl_easy_setopt(get(), CURLOPT_PROXYHEADER, tunnels ? proxy_headers_.get() : nullptr);
  parsed_url_ = std::move(parsed);
  url_ = url;
  return absl::OkStatus();
}

absl::Status CurlHandle::SetHeaders(const SharedHeaders& shared, const std::vector<std::string>& headers) {
  if (header_list_ != nullptr && shared == shared_headers_ && headers == headers_) return absl::OkStatus();
  HeaderList list(curl_slist_append(nullptr, "Expect:"), curl_slist_free_all);  // do not wait for "100 Continue"
  for (const char* usual : {kUserAgent, kPlainBodies}) {
    const std::string_view name(usual, std::string_view(usual).find(':') + 1);
    if (HasHeader(headers, name) || (shared != nullptr && HasHeader(*shared, name))) continue;
    list.reset(curl_slist_append(list.release(), usual));
  }
  if (shared != nullptr) ATTUNE_RETURN_IF_ERROR(AppendHeaders(*shared, list));
  ATTUNE_RETURN_IF_ERROR(AppendHeaders(headers, list));
  curl_easy_setopt(get(), CURLOPT_HTTPHEADER, list.get());
  header_list_ = std::move(list);
  shared_headers_ = shared;
  headers_ = headers;
  return absl::OkStatus();
}

absl::Status CurlHandle::SetConnection(const std::optional<std::string>& proxy, const std::string& tls_ca) {
  if (connection_set_ && proxy == proxy_ && tls_ca == tls_ca_) return absl::OkStatus();
  connection_set_ = SetProxy(get(), proxy) && SetTrust(get(), tls_ca);
  if (!connection_set_) return absl::ResourceExhaustedError("no memory for an HTTP exchange");
  proxy_ = proxy;
  tls_ca_ = tls_ca;
  return absl::OkStatus();
}

void CurlHandle::ForgetRequest() const {
  curl_easy_setopt(get(), CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(get(), CURLOPT_PRIVATE, nullptr);
  curl_easy_setopt(get(), CURLOPT_POSTFIELDS, nullptr);
}

}  // namespace attune
