// Cancelling and shutting down the HTTP client: at once, in every phase, and nothing is left behind.
#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/http/http_call.h"

namespace attune {
namespace {

using absl::StatusCode;

ServerScript StalledBody() { return ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("some").Stall(); }

TEST(CurlClientCancelTest, CancelsWhileWaitingForTheHead) {
  for (const auto type :
       {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total}) {
    ScriptedHttpServer server;
    server.Add(ServerScript().Stall());
    HttpFixture http;
    HttpRunning call = http.Start(Post(server.url()));
    ASSERT_TRUE(server.WaitForRequests(1));
    call.Cancel(type);
    EXPECT_EQ(call.Wait().head.status().code(), StatusCode::kCancelled);
    EXPECT_TRUE(server.WaitForAborted(1));
    EXPECT_TRUE(server.WaitForOpenConnections(0));
  }
}

TEST(CurlClientCancelTest, CancelsWithinTheBody) {
  ScriptedHttpServer server;
  server.Add(StalledBody());
  HttpFixture http;
  std::promise<void> got_data;
  HttpRunning call =
      http.Start(Post(server.url()), [&](KeepingSink& sink) { sink.on_data = [&] { got_data.set_value(); }; });
  got_data.get_future().wait();
  call.Cancel();
  const HttpOutcome outcome = call.Wait();
  EXPECT_EQ(outcome.head.status().code(), StatusCode::kCancelled);
  EXPECT_EQ(outcome.sink->body, "some");
  EXPECT_TRUE(server.WaitForAborted(1));
}

TEST(CurlClientCancelTest, CancelsWhileResolving) {
  HttpFixture http;
  HttpRunning call = http.Start(Post("http://name.that.does.not.exist.invalid"));
  call.Cancel();
  const StatusCode code = call.Wait().head.status().code();
  EXPECT_TRUE(code == StatusCode::kCancelled || code == StatusCode::kUnavailable) << code;
}

TEST(CurlClientCancelTest, ACallCancelledBeforeItBeginsSendsNothing) {
  ScriptedHttpServer server;
  HttpFixture http;
  HttpRunning call(http.pool, [&]() -> asio::awaitable<HttpOutcome> {
    Gate never;
    co_await never.Pass();  // until cancelled
    co_return co_await SendAndKeep(http.client, Post(server.url()), std::make_unique<KeepingSink>());
  });
  call.Cancel();
  EXPECT_EQ(call.Wait().head.status().code(), StatusCode::kCancelled);
  EXPECT_EQ(server.connections(), 0u);
}

TEST(CurlClientCancelTest, AThousandCancelledCallsLeaveNoSocket) {
  constexpr size_t kCalls = 1000;
  constexpr size_t kAtOnce = 50;
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest& request) {
    return request.connection % 2 == 0 ? ServerScript().Stall() : StalledBody();
  });
  HttpFixture http(2);
  http.Call(Post("http://127.0.0.1:1"));
  const size_t before = OpenDescriptors();
  for (size_t done = 0; done < kCalls; done += kAtOnce) {
    std::vector<HttpRunning> calls;
    for (size_t i = 0; i < kAtOnce; ++i) calls.push_back(http.Start(Post(server.url())));
    ASSERT_TRUE(server.WaitForRequests(done + kAtOnce));
    for (HttpRunning& call : calls) call.Cancel();
    for (HttpRunning& call : calls) ASSERT_EQ(call.Wait().head.status().code(), StatusCode::kCancelled);
  }
  EXPECT_TRUE(server.WaitForAborted(kCalls));
  EXPECT_TRUE(server.WaitForOpenConnections(0));
  EXPECT_LE(OpenDescriptors(), before);
}

TEST(CurlClientCancelTest, ShutdownEndsWhatRunsAndRefusesWhatComes) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return StalledBody(); });
  HttpFixture http(2);
  std::vector<HttpRunning> calls;
  for (int i = 0; i < 10; ++i) calls.push_back(http.Start(Post(server.url())));
  ASSERT_TRUE(server.WaitForRequests(10));
  http.client.Shutdown();
  for (HttpRunning& call : calls) EXPECT_EQ(ErrorReason(call.Wait().head.status()), "CLIENT_CLOSED");
  EXPECT_EQ(ErrorReason(http.Call(Post(server.url())).head.status()), "CLIENT_CLOSED");
  EXPECT_TRUE(server.WaitForOpenConnections(0));
}

TEST(CurlClientCancelTest, ThePoolDrainsAfterShutdown) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, "kept"); });
  HttpFixture http(2);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(http.Call(Post(server.url())).head.ok());
  http.client.Shutdown();
  http.pool.Drain();
}

TEST(CurlClientCancelTest, CoroutinesThatThePoolDestroysTakeTheirExchangesAlong) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return ServerScript().Stall(); });
  IoPool pool(1);
  KeepingSink sink;
  {
    CurlClient client(pool);
    asio::co_spawn(
        pool.Next(),
        [&]() -> asio::awaitable<void> {
          HttpRequest request = Post(server.url());
          co_await client.Send(std::move(request), sink);
          Gate never;
          co_await never.Pass();  // destroyed here
        },
        [](std::exception_ptr) {});
    ASSERT_TRUE(server.WaitForRequests(1));
  }
  EXPECT_TRUE(server.WaitForOpenConnections(0));
}

}  // namespace
}  // namespace attune
