// What the tests of the HTTP client share: a pool with a client, a sink that keeps what it gets, and calls.
#ifndef ATTUNE_TESTS_HTTP_HTTP_CALL_H_
#define ATTUNE_TESTS_HTTP_HTTP_CALL_H_

#include <dirent.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/io_pool.h"
#include "http/curl_client.h"
#include "tests/fakes/run_coroutine.h"

namespace attune {

// Open descriptors of this process.
inline size_t OpenDescriptors() {
  size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

class KeepingSink final : public BodySink {
 public:
  absl::Status OnHead(const HttpHead& head) override {
    ++heads;
    status = head.status;
    return head_result;
  }
  absl::Status OnData(std::string_view piece) override {
    body += piece;
    if (on_data) on_data();
    return data_result;
  }
  bool Complete() const override { return complete; }
  bool Begun() const override { return begun; }

  int heads = 0;
  int status = 0;
  std::string body;
  bool complete = false;
  bool begun = true;
  absl::Status head_result;
  absl::Status data_result;
  std::function<void()> on_data;
};

struct HttpOutcome {
  absl::StatusOr<HttpHead> head = absl::UnknownError("not run");
  std::unique_ptr<KeepingSink> sink;
};

using HttpRunning = Running<HttpOutcome>;

inline asio::awaitable<HttpOutcome> SendAndKeep(HttpClient& client, HttpRequest request,
                                                std::unique_ptr<KeepingSink> sink) {
  HttpOutcome outcome;
  outcome.sink = std::move(sink);
  outcome.head = co_await client.Send(std::move(request), *outcome.sink);
  co_return outcome;
}

// A client on a pool of its own, torn down in the right order.
class HttpFixture {
 public:
  explicit HttpFixture(size_t threads = 1, CurlLimits limits = {}) : pool(threads), client(pool, limits) {}

  HttpRunning Start(const HttpRequest& request, std::function<void(KeepingSink&)> set_up = {}) {
    return HttpRunning(pool, [this, request, set_up = std::move(set_up)] {
      auto sink = std::make_unique<KeepingSink>();
      if (set_up) set_up(*sink);
      HttpRequest copy = request;
      return SendAndKeep(client, std::move(copy), std::move(sink));
    });
  }

  HttpOutcome Call(const HttpRequest& request, std::function<void(KeepingSink&)> set_up = {}) {
    return Start(request, std::move(set_up)).Wait();
  }

  IoPool pool;
  CurlClient client;
};

inline HttpRequest Post(std::string url, std::string body = "{}") {
  HttpRequest request;
  request.url = std::move(url);
  request.body = std::move(body);
  request.headers = {"Content-Type: application/json"};
  return request;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_HTTP_HTTP_CALL_H_
