// One curl multi handle on one io_context: starts exchanges, moves them on when Asio says that a socket or the clock is
// ready, and ends each exactly once.
#ifndef ATTUNE_HTTP_CURL_ENGINE_H_
#define ATTUNE_HTTP_CURL_ENGINE_H_

#include <curl/curl.h>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "http/curl_client.h"
#include "http/curl_exchange.h"
#include "http/curl_handle.h"
#include "http/curl_sockets.h"

namespace attune {

// Everything but the constructor runs on the context's thread, or after that thread has ended. Pending handlers of Asio
// share the ownership and do nothing once Close was called.
class CurlEngine : public std::enable_shared_from_this<CurlEngine> {
 public:
  CurlEngine(asio::io_context& context, const CurlLimits& limits);
  ~CurlEngine();

  asio::io_context& context() { return context_; }

  // The exchange is in flight when this returns, or already finished.
  void Start(CurlExchange& exchange);
  // Ends an exchange in flight: closes its connection unless the response was read whole.
  void Finish(CurlExchange& exchange, absl::Status status);
  // Ends all exchanges and closes all connections; nothing can be started any more. Idempotent.
  void Close();

 private:
  using Clock = std::chrono::steady_clock;

  void ConfigureMulti();
  absl::Status Add(CurlExchange& exchange);
  // Sends what was added, once the loop has run what waits already: the requests of several Asks then go out together.
  // A provider is woken once for all of them, and so is this thread by their answers; at 32 in flight that saves a
  // tenth of an Ask's CPU.
  void SendSoon();
  std::unique_ptr<CurlHandle> TakeHandle();
  void GiveBack(std::unique_ptr<CurlHandle> handle);
  // Lets curl work on one socket, or on its timers, then ends what is done.
  void Drive(int descriptor, int events);
  void CollectFinished();
  void Conclude(CurlExchange& exchange, CURLcode code);

  void ArmTimer();
  void OnTimer();
  // Looks for silent exchanges, about ten times a second while any is in flight.
  void ArmSweep();
  void Sweep();
  void CheckProgress(CurlExchange& exchange, Clock::time_point now);

  static int OnSocket(CURL*, curl_socket_t descriptor, int what, void* self, void*);
  static int OnTimeout(CURLM*, long milliseconds, void* self);
  static curl_socket_t OpenSocket(void* self, curlsocktype, curl_sockaddr* address);
  static int CloseSocket(void* self, curl_socket_t descriptor);

  asio::io_context& context_;
  const CurlLimits limits_;
  CURLM* multi_;  // null after Close
  CurlSockets sockets_;
  absl::flat_hash_set<CurlExchange*> in_flight_;
  std::vector<std::unique_ptr<CurlHandle>> spare_handles_;

  asio::steady_timer timer_;
  Clock::time_point wanted_ = Clock::time_point::max();  // when curl wants to be called
  Clock::time_point armed_ = Clock::time_point::max();   // when timer_ fires; never later than wanted_
  asio::steady_timer sweep_;
  bool sweeping_ = false;
  bool sending_soon_ = false;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_CURL_ENGINE_H_
