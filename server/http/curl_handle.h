// A curl easy handle with all options that do not differ from one request to the next.
#ifndef ATTUNE_HTTP_CURL_HANDLE_H_
#define ATTUNE_HTTP_CURL_HANDLE_H_

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "http/http_client.h"

namespace attune {

struct CurlSocketHooks {
  void* self = nullptr;  // first argument of both functions
  curl_opensocket_callback open_socket = nullptr;
  curl_closesocket_callback close_socket = nullptr;
};

class CurlHandle {
 public:
  using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

  // Null when memory is out.
  static std::unique_ptr<CurlHandle> New(const CurlSocketHooks& hooks);

  CURL* get() const { return curl_.get(); }

  // Where the request goes, and its headers. Most requests go where the handle's last one went, with the same headers:
  // then nothing is parsed again.
  absl::Status SetUrl(const std::string& url);
  absl::Status SetHeaders(const SharedHeaders& shared, const std::vector<std::string>& headers);
  // By which proxy the connection goes, and whose certificates it trusts: see HttpRequest. What the handle's last
  // request had does not last; curl itself reuses a connection only for requests that have both in common.
  absl::Status SetConnection(const std::optional<std::string>& proxy, const std::string& tls_ca);

  // Takes the pointers to a request that has ended, all but those to its callbacks, out of the handle.
  void ForgetRequest() const;

 private:
  explicit CurlHandle(CURL* curl);

  // Before curl_, which refers to them.
  std::string url_;
  std::unique_ptr<CURLU, void (*)(CURLU*)> parsed_url_{nullptr, curl_url_cleanup};
  SharedHeaders shared_headers_;
  std::vector<std::string> headers_;
  HeaderList header_list_{nullptr, curl_slist_free_all};
  HeaderList proxy_headers_;
  bool connection_set_ = false;  // to these two
  std::optional<std::string> proxy_;
  std::string tls_ca_;
  std::unique_ptr<CURL, void (*)(CURL*)> curl_;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_HANDLE_H_
