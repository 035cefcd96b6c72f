#include "http/curl_handle.h"

namespace attune {

CURL* NewCurlHandle(const CurlSocketHooks& hooks) {
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
  return handle;
}

void ForgetRequest(CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, nullptr);
}

}  // namespace attune
