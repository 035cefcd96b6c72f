// HTTP as a seam. One call is one request and one response whose body is handed over as it arrives.
#ifndef ATTUNE_HTTP_HTTP_CLIENT_H_
#define ATTUNE_HTTP_HTTP_CLIENT_H_

#include <asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace attune {

// "Name: value" each.
using SharedHeaders = std::shared_ptr<const std::vector<std::string>>;

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  // More of them, those that are the same for many requests: nothing is copied, and a connection's handle that had the
  // same object last sees at once that nothing has changed. Null: none.
  SharedHeaders shared_headers = nullptr;
  std::string body;
  // The URL of a proxy, with scheme; empty: none. Not set: as the usual proxy variables of the environment say.
  std::optional<std::string> proxy;
  std::string tls_ca;                            // file of the certificates that are trusted; empty: the system's
  absl::Time deadline = absl::InfiniteFuture();  // of the whole exchange
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration idle_timeout = absl::Seconds(60);  // longest silence, also before the first byte
  // By then BodySink::Begun must be true, else HTTP_DEADLINE; noticed within a tenth of a second.
  absl::Time begin_by = absl::InfiniteFuture();
  size_t max_body_bytes = 32 << 20;  // more is RESOURCE_EXHAUSTED (BODY_TOO_LARGE)
};

struct HttpHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  // The first value of a header, or an empty view.
  std::string_view Header(std::string_view lower_case_name) const;
  // What the head says of the body's bytes, which may be a lie; 0: nothing that is a number.
  size_t ContentLength() const;
};

// Receives one response. Called on the calling coroutine's thread, never after Send has returned.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Once, before any data. An error aborts the exchange and becomes the result of Send.
  virtual absl::Status OnHead(const HttpHead& head) = 0;
  // Any number of times; the pieces are cut anywhere. An error aborts.
  virtual absl::Status OnData(std::string_view piece) = 0;
  // True once no more data is needed, such as after a stream's end mark. The exchange may then still end by itself, so
  // that its connection can be used again; after a short grace it is closed, and Send returns as if it had ended.
  virtual bool Complete() const { return false; }
  // True once what the response is wanted for has begun to come; for HttpRequest::begin_by.
  virtual bool Begun() const { return true; }
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Performs the exchange; returns once the body is complete, or with an error. Both sides of the exchange are over
  // when it returns: nothing stays in flight. Cancelling the coroutine (asio cancellation, terminal) aborts the
  // exchange, closes its socket at once and returns CANCELLED.
  //
  // Errors: UNAVAILABLE (CONNECT_FAILED, CONNECTION_LOST: broke off, also in mid-body), DEADLINE_EXCEEDED
  // (HTTP_DEADLINE, HTTP_IDLE: metadata `phase` is connect, head or body), RESOURCE_EXHAUSTED (BODY_TOO_LARGE,
  // HEADERS_TOO_LARGE, TOO_MANY_EXCHANGES), CANCELLED, INVALID_ARGUMENT (BAD_URL, BAD_HEADER), INTERNAL (HTTP_GARBAGE:
  // what came is not HTTP), and whatever the sink returned. A status such as 500 is not an error here. Must be awaited
  // on one of the threads of the IoPool that the client was made for; elsewhere it is FAILED_PRECONDITION
  // (FOREIGN_THREAD).
  //
  // A cancelled Send returns a status and does not throw. But Asio makes every later `co_await` of a cancelled
  // coroutine throw, the one of Send itself included if the cancellation came before it. Whoever starts the outermost
  // coroutine therefore turns that off in its first line, once for everything below it:
  //   co_await asio::this_coro::throw_if_cancelled(false);
  // and emits the cancellation signal on the coroutine's own thread.
  virtual asio::awaitable<absl::StatusOr<HttpHead>> Send(HttpRequest request, BodySink& sink) = 0;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_HTTP_CLIENT_H_
