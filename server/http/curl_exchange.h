// One exchange: the request, what has come of the response, and how it ended. Lives in the frame of the coroutine that
// awaits it; curl calls its functions from within CurlEngine, on the same thread.
#ifndef ATTUNE_HTTP_CURL_EXCHANGE_H_
#define ATTUNE_HTTP_CURL_EXCHANGE_H_

#include <curl/curl.h>

#include <array>
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <memory>

#include "http/curl_handle.h"
#include "http/http_client.h"

namespace attune {

class CurlEngine;

enum class HttpPhase { kConnect, kHead, kBody };
std::string_view PhaseName(HttpPhase phase);  // "connect", "head", "body"

class CurlExchange {
 public:
  CurlExchange(asio::io_context& context, const HttpRequest& request, BodySink& sink);
  // Takes itself out of the engine if the coroutine is destroyed while it waits.
  ~CurlExchange();
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  // Suspends until the exchange has finished or the coroutine is cancelled.
  asio::awaitable<void> Finished();
  bool finished() const { return finished_; }
  absl::StatusOr<HttpHead> TakeResult();

 private:
  friend class CurlEngine;

  // Sets the options of this request; the handle already has those that all requests share (CurlHandle).
  absl::Status Prepare(size_t max_header_bytes);
  void PrepareMethod();
  void PrepareTimes();
  // The end of the exchange as curl tells it.
  absl::Status ResultOf(CURLcode code) const;
  // Whether a kept connection died before any of the response came; then the request may be sent once more.
  bool DiedUnanswered(CURLcode code) const;
  // Wakes the waiting coroutine.
  void SetFinished(absl::Status status);
  // Bytes that have gone either way, to notice silence.
  int64_t Progress() const;

  static size_t OnHeaderLine(char* data, size_t size, size_t count, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  static int OnConnected(void* self, char*, char*, int, int);
  absl::Status TakeHeaderLine(std::string_view line);
  absl::Status TakeBody(std::string_view piece);

  const HttpRequest& request_;
  BodySink& sink_;
  asio::steady_timer finished_signal_;
  bool finished_ = false;
  absl::Status status_;  // set by whoever ends the exchange before curl does
  HttpHead head_;
  HttpPhase phase_ = HttpPhase::kConnect;
  size_t header_bytes_ = 0;
  size_t max_header_bytes_ = 0;
  size_t body_bytes_ = 0;
  bool connect_bounded_ = false;  // by connect_timeout; otherwise by the deadline, which is nearer

  // For the engine.
  CurlEngine* engine_ = nullptr;  // null when not in flight
  std::unique_ptr<CurlHandle> handle_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  bool resent_ = false;
  bool in_grace_ = false;  // the sink is complete; the connection may still end the response
  int64_t seen_progress_ = 0;
  std::chrono::steady_clock::time_point last_progress_;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_EXCHANGE_H_
