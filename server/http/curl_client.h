// HttpClient over curl's multi interface, driven by Asio: one curl multi handle for each thread of an IoPool, so that
// an exchange lives on its coroutine's own thread and takes no lock.
//
// HTTP/1.1 with keep-alive, over http and https only; certificates are verified; redirects are not followed; the usual
// proxy variables of the environment are honoured where the request names no proxy. A kept connection that turns out
// dead before a byte of the response is replaced and the request sent once more.
#ifndef ATTUNE_HTTP_CURL_CLIENT_H_
#define ATTUNE_HTTP_CURL_CLIENT_H_

#include <asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "base/io_pool.h"
#include "http/http_client.h"

namespace attune {

class CurlEngine;

// Bounds of one engine, that is, of one I/O thread.
struct CurlLimits {
  size_t max_exchanges = 4096;          // in flight; one more is TOO_MANY_EXCHANGES
  size_t max_kept_connections = 4096;   // idle connections kept for reuse
  size_t max_header_bytes = 256 << 10;  // of one response
};

class CurlClient final : public HttpClient {
 public:
  // The pool must outlive the client.
  explicit CurlClient(IoPool& pool, CurlLimits limits = {});
  // Shuts down.
  ~CurlClient() override;

  asio::awaitable<absl::StatusOr<HttpHead>> Send(HttpRequest request, BodySink& sink) override;

  // Aborts the exchanges still in flight, which return UNAVAILABLE (CLIENT_CLOSED), and closes all connections. Later
  // exchanges fail likewise. Must be called, or the client destroyed, before IoPool::Drain, which would otherwise wait
  // for the kept connections; from a thread that is not one of the pool's. Idempotent.
  void Shutdown();

 private:
  CurlEngine* EngineOf(const asio::any_io_executor& executor) const;

  std::vector<std::shared_ptr<CurlEngine>> engines_;  // one for each context of the pool
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_CLIENT_H_
