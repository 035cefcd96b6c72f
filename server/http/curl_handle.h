// curl easy handles with all options that do not differ from one request to the next.
#ifndef ATTUNE_HTTP_CURL_HANDLE_H_
#define ATTUNE_HTTP_CURL_HANDLE_H_

#include <curl/curl.h>

namespace attune {

struct CurlSocketHooks {
  void* self = nullptr;  // first argument of both functions
  curl_opensocket_callback open_socket = nullptr;
  curl_closesocket_callback close_socket = nullptr;
};

// Null when memory is out.
CURL* NewCurlHandle(const CurlSocketHooks& hooks);

// Takes every pointer to a request that has ended out of the handle.
void ForgetRequest(CURL* handle);

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_HANDLE_H_
