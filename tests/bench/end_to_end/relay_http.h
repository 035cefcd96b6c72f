// The HTTP half of the bare relay: curl's multi interface on one thread of its own, driven by epoll. The floor that
// Attune is measured against, so as fast as is known and nothing besides: no time-outs, no retries, no error texts.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_RELAY_HTTP_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_RELAY_HTTP_H_

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace attune::bench {

// One POST. Both reactions come on the relay's thread.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void OnData(std::string_view piece) = 0;
  virtual void OnEnd(bool ok) = 0;  // may delete the object
  std::string body;                 // to send; kept until the end
};

class RelayHttp {
 public:
  explicit RelayHttp(const std::string& url);
  ~RelayHttp();
  RelayHttp(const RelayHttp&) = delete;
  RelayHttp& operator=(const RelayHttp&) = delete;

  // Any thread.
  void Post(Exchange* exchange);

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  void StartPosted();
  void Collect();
  CURL* TakeHandle();
  void Watch(int descriptor, uint32_t events);
  int MillisecondsLeft() const;  // until curl wants to be called; -1: never

  static int OnSocket(CURL*, curl_socket_t descriptor, int what, void* self, void*);
  static int OnClose(void* self, curl_socket_t descriptor);
  static int OnTimeout(CURLM*, long milliseconds, void* self);
  static size_t OnBody(char* data, size_t size, size_t count, void* exchange);

  const int epoll_;
  const int wake_;
  CURLM* const multi_;
  CURLU* const url_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> spare_handles_;
  std::vector<uint32_t> watched_;  // epoll events by descriptor; 0: not in epoll
  Clock::time_point timer_ = Clock::time_point::max();
  std::mutex mutex_;
  std::vector<Exchange*> posted_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_RELAY_HTTP_H_
