// The HTTP client against a server that behaves.
#include "http/curl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/scripted_http_server.h"
#include "tests/http/http_call.h"

namespace attune {
namespace {

using testing::IsEmpty;

TEST(CurlClientTest, SendsTheRequestAndBringsTheResponse) {
  ScriptedHttpServer server;
  server.Add(WholeResponse(200, "hello", "text/plain", {"X-Thing: a b ", "X-Twice: 1", "X-Twice: 2"}));
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url("/v1/x?y=z"), "{\"a\":1}"));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.head->status, 200);
  EXPECT_EQ(outcome.head->Header("x-thing"), "a b");
  EXPECT_EQ(outcome.head->Header("x-twice"), "1");
  EXPECT_EQ(outcome.head->Header("absent"), "");
  EXPECT_EQ(outcome.sink->body, "hello");
  EXPECT_EQ(outcome.sink->heads, 1);
  const RecordedRequest request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/x?y=z");
  EXPECT_EQ(request.body, "{\"a\":1}");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("accept-encoding"), "identity");
  EXPECT_EQ(request.headers.at("user-agent"), "attune/0.1");
  EXPECT_EQ(request.headers.count("expect"), 0u);
}

TEST(CurlClientTest, AHeaderOfTheRequestTakesThePlaceOfADefault) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, ""); });
  HttpFixture http;
  HttpRequest request = Post(server.url());
  request.headers = {"user-agent: other/1", "accept-encoding: gzip"};
  ASSERT_TRUE(http.Call(request).head.ok());
  EXPECT_EQ(server.requests().at(0).headers.at("user-agent"), "other/1");
  EXPECT_EQ(server.requests().at(0).headers.at("accept-encoding"), "gzip");
  request.headers.clear();
  request.shared_headers = std::make_shared<const std::vector<std::string>>(1, "ACCEPT-ENCODING: br");
  ASSERT_TRUE(http.Call(request).head.ok());
  EXPECT_EQ(server.requests().at(1).headers.at("user-agent"), "attune/0.1");
  EXPECT_EQ(server.requests().at(1).headers.at("accept-encoding"), "br");
}

TEST(CurlClientTest, TellsAProxyWhoAsksForATunnel) {
  ScriptedHttpServer proxy;
  proxy.Always([](const RecordedRequest&) { return WholeResponse(407, ""); });
  HttpFixture http;
  HttpRequest request = Post("https://vendor.invalid/v1");
  request.proxy = proxy.url("");
  EXPECT_FALSE(http.Call(request).head.ok());
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
  EXPECT_EQ(proxy.requests().at(0).headers.at("user-agent"), "attune/0.1");
}

TEST(CurlClientTest, SendsOtherMethodsOneAfterTheOtherOnOneHandle) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, ""); });
  HttpFixture http;
  for (const char* method : {"GET", "POST", "DELETE", "POST", "GET"}) {
    HttpRequest request = Post(server.url(), std::string_view(method) == "POST" ? "b" : "");
    request.method = method;
    ASSERT_TRUE(http.Call(request).head.ok());
    EXPECT_EQ(server.requests().back().method, method);
    EXPECT_EQ(server.requests().back().body, request.body);
  }
}

TEST(CurlClientTest, AnErrorStatusIsAResponse) {
  ScriptedHttpServer server;
  server.Add(WholeResponse(500, "oh"));
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url()));
  ASSERT_TRUE(outcome.head.ok());
  EXPECT_EQ(outcome.head->status, 500);
  EXPECT_EQ(outcome.sink->body, "oh");
}

TEST(CurlClientTest, KeepsTheConnection) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, "x"); });
  HttpFixture http;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(http.Call(Post(server.url())).head.ok());
  EXPECT_EQ(server.connections(), 1u);
}

TEST(CurlClientTest, HandsTheBodyOverAsItArrives) {
  Gate gate;
  ScriptedHttpServer server;
  server.Add(
      ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("first").Pass(gate).Chunk("last").LastChunk());
  HttpFixture http;
  const HttpOutcome outcome =
      http.Call(Post(server.url()), [&](KeepingSink& sink) { sink.on_data = [gate]() mutable { gate.Open(); }; });
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "firstlast");
}

TEST(CurlClientTest, ReadsABodyThatEndsWithTheConnection) {
  ScriptedHttpServer server;
  server.Add(ServerScript().Head(200, {"Connection: close"}).Send("until").Send(" close").Close());
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url()));
  ASSERT_TRUE(outcome.head.ok());
  EXPECT_EQ(outcome.sink->body, "until close");
}

TEST(CurlClientTest, SkipsInterimResponsesAndTrailers) {
  ScriptedHttpServer server;
  server.Add(ServerScript()
                 .Send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                 .Head(200, {"Transfer-Encoding: chunked"})
                 .Chunk("body")
                 .Send("0\r\nX-Trailer: t\r\n\r\n"));
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url()));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.head->status, 200);
  EXPECT_EQ(outcome.head->Header("link"), "");
  EXPECT_EQ(outcome.sink->heads, 1);
  EXPECT_EQ(outcome.sink->body, "body");
}

TEST(CurlClientTest, DoesNotFollowRedirects) {
  ScriptedHttpServer server;
  server.Add(WholeResponse(302, "", "text/plain", {"Location: " + server.url("/other")}));
  HttpFixture http;
  EXPECT_EQ(http.Call(Post(server.url())).head->status, 302);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(CurlClientTest, UndoesGzipThatNobodyAskedFor) {
  // printf 'data' | gzip -n
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x49\x2c\x49\x04\x00\x63\xf3\xf3\xad\x04\x00\x00\x00", 24);
  ScriptedHttpServer server;
  server.Add(WholeResponse(200, gzip, "text/plain", {"Content-Encoding: gzip"}));
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url()));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "data");
}

TEST(CurlClientTest, MovesTenMegabytesEachWay) {
  const std::string big(10 << 20, 'x');
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest& request) { return WholeResponse(200, request.body); });
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url(), big));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_TRUE(outcome.sink->body == big);
}

TEST(CurlClientTest, ServesManyCallsAtOnceOnAllThreads) {
  constexpr size_t kCalls = 300;
  Gate gate;
  ScriptedHttpServer server;
  server.Always([&](const RecordedRequest& request) {
    ServerScript script;
    script.Pass(gate);
    script.Head(200, {"Content-Length: " + std::to_string(request.body.size())}).Send(request.body);
    return script;
  });
  HttpFixture http(2);
  std::vector<HttpRunning> calls;
  for (size_t i = 0; i < kCalls; ++i) calls.push_back(http.Start(Post(server.url(), "body " + std::to_string(i))));
  ASSERT_TRUE(server.WaitForRequests(kCalls));  // all are in flight together
  gate.Open();
  for (size_t i = 0; i < kCalls; ++i) EXPECT_EQ(calls[i].Wait().sink->body, "body " + std::to_string(i));
}

TEST(CurlClientTest, EndsACompleteExchangeThatTheServerLeavesOpen) {
  ScriptedHttpServer server;
  server.Add(ServerScript().Head(200, {"Transfer-Encoding: chunked"}).Chunk("all there is").Stall());
  HttpFixture http;
  const HttpOutcome outcome = http.Call(Post(server.url()), [](KeepingSink& sink) { sink.complete = true; });
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "all there is");
  EXPECT_TRUE(server.WaitForAborted(1));
}

TEST(CurlClientTest, IsRefusedOnAForeignContext) {
  IoPool other(1);
  HttpFixture http;
  HttpOutcome outcome =
      RunCoroutine(other, SendAndKeep(http.client, Post("http://127.0.0.1:1"), std::make_unique<KeepingSink>()));
  EXPECT_EQ(ErrorReason(outcome.head.status()), "FOREIGN_THREAD");
}

TEST(CurlClientTest, LeavesNoDescriptorBehind) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, "x"); });
  const size_t before = OpenDescriptors();
  {
    HttpFixture http(2);
    for (int i = 0; i < 8; ++i) ASSERT_TRUE(http.Call(Post(server.url())).head.ok());
  }
  ASSERT_TRUE(server.WaitForOpenConnections(0));
  EXPECT_EQ(OpenDescriptors(), before);
}

}  // namespace
}  // namespace attune
