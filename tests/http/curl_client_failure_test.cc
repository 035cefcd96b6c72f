// The HTTP client against servers and networks that misbehave: the right error, in time, and nothing left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>
#include <optional>

#include "http/curl_client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/http/http_call.h"

namespace attune {
namespace {

using absl::StatusCode;

constexpr absl::Duration kShort = absl::Milliseconds(150);
// An exchange that should end after kShort has ended by then, also under a sanitizer.
constexpr absl::Duration kAmple = absl::Seconds(10);

struct Failing {
  const char* name;
  ServerScript script;
  StatusCode code;
  const char* reason;
  const char* phase;  // null: not said
};

std::vector<Failing> BrokenResponses() {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  return {
      {"close before the head", ServerScript().Close(), StatusCode::kUnavailable, "CONNECTION_LOST", "head"},
      {"reset before the head", ServerScript().Reset(), StatusCode::kUnavailable, "CONNECTION_LOST", "head"},
      {"close within the head", ServerScript().Send("HTTP/1.1 200 OK\r\nA: b").Close(), StatusCode::kUnavailable,
       "CONNECTION_LOST", "head"},
      {"close within the body", ServerScript().Send(head + "short").Close(), StatusCode::kUnavailable,
       "CONNECTION_LOST", "body"},
      {"reset within the body", ServerScript().Send(head + "short").Reset(), StatusCode::kUnavailable,
       "CONNECTION_LOST", "body"},
      {"close within a chunk", ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Send("ff\r\nabc").Close(),
       StatusCode::kUnavailable, "CONNECTION_LOST", "body"},
      {"no last chunk", ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("abc").Close(),
       StatusCode::kUnavailable, "CONNECTION_LOST", "body"},
      {"bad chunk size", ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Send("zz\r\nabc\r\n").Close(),
       StatusCode::kUnavailable, "CONNECTION_LOST", "body"},
      {"not HTTP", ServerScript().Send("\x01\x02SSH-2.0-nonsense\r\n\r\n").Close(), StatusCode::kInternal,
       "HTTP_GARBAGE", "head"},
      {"not gzip", WholeResponse(200, "plain", "text/plain", {"Content-Encoding: gzip"}), StatusCode::kInternal,
       "HTTP_GARBAGE", "body"},
      {"head without end", ServerScript().Send("HTTP/1.1 200 OK\r\n").Send(std::string(400 << 10, 'x')).Stall(),
       StatusCode::kResourceExhausted, "HEADERS_TOO_LARGE", nullptr},
  };
}

TEST(CurlClientFailureTest, NamesWhatIsWrongWithTheResponse) {
  for (Failing& c : BrokenResponses()) {
    ScriptedHttpServer server;
    server.Add(c.script);
    HttpFixture http;
    const HttpOutcome outcome = http.Call(Post(server.url()));
    EXPECT_EQ(outcome.head.status().code(), c.code) << c.name << ": " << outcome.head.status();
    EXPECT_EQ(ErrorReason(outcome.head.status()), c.reason) << c.name << ": " << outcome.head.status();
    if (c.phase != nullptr) {
      EXPECT_EQ(ErrorMetadata(outcome.head.status(), "phase"), c.phase) << c.name;
    }
    EXPECT_TRUE(server.WaitForOpenConnections(0)) << c.name;
  }
}

TEST(CurlClientFailureTest, RefusesManyHeaders) {
  ScriptedHttpServer server;
  std::vector<std::string> headers;
  for (int i = 0; i < 200; ++i) headers.push_back("X-" + std::to_string(i) + ": " + std::string(100, 'v'));
  server.Add(ServerScript().Head(200, headers).Close());
  HttpFixture http(1, CurlLimits{.max_header_bytes = 10'000});
  EXPECT_EQ(ErrorReason(http.Call(Post(server.url())).head.status()), "HEADERS_TOO_LARGE");
}

TEST(CurlClientFailureTest, RefusesABodyAboveTheLimitDeclaredOrNot) {
  const std::string body(5000, 'x');
  for (const ServerScript& script : {WholeResponse(200, body), EventStream({body}), EventStreamUntilClose({body})}) {
    ScriptedHttpServer server;
    server.Add(script);
    HttpFixture http;
    HttpRequest request = Post(server.url());
    request.max_body_bytes = 4999;
    const HttpOutcome outcome = http.Call(request);
    EXPECT_EQ(outcome.head.status().code(), StatusCode::kResourceExhausted);
    EXPECT_EQ(ErrorReason(outcome.head.status()), "BODY_TOO_LARGE");
    EXPECT_LE(outcome.sink->body.size(), 4999u);
  }
}

TEST(CurlClientFailureTest, ReturnsTheSinksOwnError) {
  for (const bool at_head : {true, false}) {
    ScriptedHttpServer server;
    server.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("abc").Stall());
    HttpFixture http;
    const HttpOutcome outcome = http.Call(Post(server.url()), [&](KeepingSink& sink) {
      (at_head ? sink.head_result : sink.data_result) = absl::DataLossError("mine");
    });
    EXPECT_EQ(outcome.head.status(), absl::DataLossError("mine"));
    EXPECT_TRUE(server.WaitForAborted(1));
  }
}

// Stalls in the phases that a server can stall in.
std::vector<std::pair<const char*, ServerScript>> Stalls() {
  return {{"head", ServerScript().Stall()},
          {"head", ServerScript().Send("HTTP/1.1 200 OK\r\nA: b\r\n").Stall()},
          {"body", ServerScript().Head(200, {"Content-Length: 10"}).Stall()},
          {"body", ServerScript().Head(200, {"Content-Length: 10"}).Send("abc").Stall()}};
}

TEST(CurlClientFailureTest, TheDeadlineEndsAStall) {
  for (const auto& [phase, script] : Stalls()) {
    ScriptedHttpServer server;
    server.Add(script);
    HttpFixture http;
    HttpRequest request = Post(server.url());
    const absl::Time start = absl::Now();
    request.deadline = start + kShort;
    const HttpOutcome outcome = http.Call(request);
    EXPECT_EQ(outcome.head.status().code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(ErrorReason(outcome.head.status()), "HTTP_DEADLINE");
    EXPECT_EQ(ErrorMetadata(outcome.head.status(), "phase"), phase);
    EXPECT_GE(absl::Now() - start, kShort);
    EXPECT_LT(absl::Now() - start, kAmple);
    EXPECT_TRUE(server.WaitForAborted(1));
  }
}

TEST(CurlClientFailureTest, TheIdleTimeoutEndsAStall) {
  for (const auto& [phase, script] : Stalls()) {
    ScriptedHttpServer server;
    server.Add(script);
    HttpFixture http;
    HttpRequest request = Post(server.url());
    request.idle_timeout = kShort;
    const absl::Time start = absl::Now();
    const HttpOutcome outcome = http.Call(request);
    EXPECT_EQ(outcome.head.status().code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(ErrorReason(outcome.head.status()), "HTTP_IDLE");
    EXPECT_EQ(ErrorMetadata(outcome.head.status(), "phase"), phase);
    EXPECT_LT(absl::Now() - start, kAmple);
    EXPECT_TRUE(server.WaitForAborted(1));
  }
}

TEST(CurlClientFailureTest, ADeadlineInThePastSendsNothing) {
  ScriptedHttpServer server;
  HttpFixture http;
  HttpRequest request = Post(server.url());
  request.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_EQ(ErrorReason(http.Call(request).head.status()), "HTTP_DEADLINE");
  EXPECT_EQ(server.connections(), 0u);
}

// A listener that accepts nobody and whose backlog is full: further connections hang.
class FullListener {
 public:
  FullListener() {
    acceptor_.open(asio::ip::tcp::v4());
    acceptor_.bind({asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      auto& socket = fillers_.emplace_back(context_, asio::ip::tcp::v4());
      socket.native_non_blocking(true);
      const auto endpoint = acceptor_.local_endpoint();
      connect(socket.native_handle(), endpoint.data(), endpoint.size());  // succeeds, or hangs in the background
    }
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

 private:
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_{context_};
  std::vector<asio::ip::tcp::socket> fillers_;
};

TEST(CurlClientFailureTest, TheConnectTimeoutEndsAConnectionThatHangs) {
  FullListener listener;
  HttpFixture http;
  HttpRequest request = Post(listener.url());
  request.connect_timeout = kShort;
  const HttpOutcome outcome = http.Call(request);
  EXPECT_EQ(ErrorReason(outcome.head.status()), "HTTP_IDLE") << outcome.head.status();
  EXPECT_EQ(ErrorMetadata(outcome.head.status(), "phase"), "connect");
}

TEST(CurlClientFailureTest, TheDeadlineEndsAConnectionThatHangs) {
  FullListener listener;
  HttpFixture http;
  HttpRequest request = Post(listener.url());
  request.deadline = absl::Now() + kShort;
  const HttpOutcome outcome = http.Call(request);
  EXPECT_EQ(ErrorReason(outcome.head.status()), "HTTP_DEADLINE") << outcome.head.status();
  EXPECT_EQ(ErrorMetadata(outcome.head.status(), "phase"), "connect");
}

TEST(CurlClientFailureTest, NamesAConnectionThatCannotBeMade) {
  int closed_port = 0;
  {
    ScriptedHttpServer server;
    closed_port = server.port();
  }
  HttpFixture http;
  for (const std::string& url :
       {"http://127.0.0.1:" + std::to_string(closed_port), std::string("http://host.invalid")}) {
    const HttpOutcome outcome = http.Call(Post(url));
    EXPECT_EQ(outcome.head.status().code(), StatusCode::kUnavailable) << outcome.head.status();
    EXPECT_EQ(ErrorReason(outcome.head.status()), "CONNECT_FAILED");
  }
}

TEST(CurlClientFailureTest, NamesAServerThatDoesNotSpeakTls) {
  ScriptedHttpServer server;
  HttpFixture http;
  HttpRequest request = Post("https://127.0.0.1:" + std::to_string(server.port()));
  request.deadline = absl::Now() + kAmple;
  server.Always([](const RecordedRequest&) { return ServerScript().Close(); });
  HttpRunning call = http.Start(request);
  ASSERT_TRUE(server.WaitForOpenConnections(1));
  call.Cancel();  // the server waits for a request that never comes; cancelling works within a handshake, too
  EXPECT_EQ(call.Wait().head.status().code(), StatusCode::kCancelled);
  EXPECT_TRUE(server.WaitForOpenConnections(0));
}

TEST(CurlClientFailureTest, RefusesBadRequests) {
  HttpFixture http;
  for (const char* url : {"", "no url", "ftp://host/", "file:///etc/passwd", "http://", "http://a b/"}) {
    const HttpOutcome outcome = http.Call(Post(url));
    EXPECT_EQ(outcome.head.status().code(), StatusCode::kInvalidArgument) << url << outcome.head.status();
    EXPECT_EQ(ErrorReason(outcome.head.status()), "BAD_URL") << url;
  }
  HttpRequest request = Post("http://127.0.0.1:1/");
  request.headers.push_back("Authorization: Bearer sk-secret\nX-Evil: 1");
  const absl::Status status = http.Call(request).head.status();
  EXPECT_EQ(ErrorReason(status), "BAD_HEADER");
  EXPECT_EQ(status.ToString().find("sk-secret"), std::string::npos);
}

TEST(CurlClientFailureTest, LimitsTheExchangesInFlight) {
  ScriptedHttpServer server;
  Gate gate;
  server.Always([&](const RecordedRequest&) { return ServerScript().Pass(gate).Close(); });
  HttpFixture http(1, CurlLimits{.max_exchanges = 2});
  HttpRunning first = http.Start(Post(server.url()));
  HttpRunning second = http.Start(Post(server.url()));
  ASSERT_TRUE(server.WaitForRequests(2));
  const absl::Status third = http.Call(Post(server.url())).head.status();
  EXPECT_EQ(third.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(third), "TOO_MANY_EXCHANGES");
  gate.Open();
  first.Wait();
  second.Wait();
  server.Add(WholeResponse(200, ""));
  EXPECT_TRUE(http.Call(Post(server.url())).head.ok());
}

// Connections that were kept and that the server closes once the next request has come.
void CheckStaleConnections(size_t count, ServerScript leave) {
  ScriptedHttpServer server;
  Gate gate;
  for (size_t i = 0; i < count; ++i) server.Add(ServerScript().Pass(gate).Head(200, {"Content-Length: 0"}));
  HttpFixture http;
  std::vector<HttpRunning> calls;
  for (size_t i = 0; i < count; ++i) calls.push_back(http.Start(Post(server.url())));
  ASSERT_TRUE(server.WaitForRequests(count));
  gate.Open();
  for (HttpRunning& call : calls) ASSERT_TRUE(call.Wait().head.ok());
  server.Always(
      [&](const RecordedRequest& request) { return request.connection < count ? leave : WholeResponse(200, "fresh"); });
  const HttpOutcome outcome = http.Call(Post(server.url()));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "fresh");
  EXPECT_EQ(outcome.sink->heads, 1);
}

TEST(CurlClientFailureTest, SendsAgainWhenAKeptConnectionIsDead) {
  CheckStaleConnections(1, ServerScript().Close());
  CheckStaleConnections(1, ServerScript().Reset());
}

TEST(CurlClientFailureTest, SendsAgainOnAFreshConnectionWhenManyKeptOnesAreDead) {
  CheckStaleConnections(12, ServerScript().Close());
}

TEST(CurlClientFailureTest, NeverSendsAgainOnceTheResponseHasBegun) {
  ScriptedHttpServer server;
  server.Add(WholeResponse(200, ""));
  server.Add(ServerScript().Send("HTTP/1.1 200 OK\r\n").Close());
  HttpFixture http;
  ASSERT_TRUE(http.Call(Post(server.url())).head.ok());
  EXPECT_EQ(ErrorReason(http.Call(Post(server.url())).head.status()), "CONNECTION_LOST");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(CurlClientFailureTest, WhatHasNotBegunInTimeEndsAndWhatHasGoesOn) {
  ScriptedHttpServer server;
  Gate gate;
  server.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("begun").Pass(gate).LastChunk());
  HttpFixture http;  // one thread, so one look at the clock for both
  HttpRequest request = Post(server.url());
  request.begin_by = absl::Now();
  HttpRunning begun = http.Start(request);
  ASSERT_TRUE(server.WaitForRequests(1));
  for (ServerScript late :
       {ServerScript().Stall(), ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk(": noise").Stall()}) {
    server.Add(std::move(late));
    const HttpOutcome outcome = http.Call(request, [](KeepingSink& sink) { sink.begun = false; });
    EXPECT_EQ(ErrorReason(outcome.head.status()), "HTTP_DEADLINE") << outcome.head.status();
  }
  EXPECT_TRUE(server.WaitForAborted(2));
  gate.Open();
  const HttpOutcome outcome = begun.Wait();
  EXPECT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "begun");
}

}  // namespace
}  // namespace attune
