// Through proxies and over TLS: each exchange by its own request's proxy, trusting its own request's certificates.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/strings.h"
#include "http/curl_client.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/fakes/tls_front.h"
#include "tests/http/http_call.h"

namespace attune {
namespace {

HttpRequest PostBy(std::string url, std::optional<std::string> proxy) {
  HttpRequest request = Post(std::move(url));
  request.proxy = std::move(proxy);
  return request;
}

HttpRequest PostTrusting(std::string url, std::string tls_ca) {
  HttpRequest request = Post(std::move(url));
  request.tls_ca = std::move(tls_ca);
  return request;
}

// A variable of the environment for the length of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }

 private:
  const char* const name_;
};

TEST(CurlClientConnectionTest, AProxyIsAskedForTheWholeAddress) {
  ScriptedHttpServer proxy;
  proxy.Add(WholeResponse(200, "by proxy"));
  HttpFixture http;
  const HttpOutcome outcome = http.Call(PostBy("http://vendor.invalid/v1/x?y=z", proxy.url("")));
  ASSERT_TRUE(outcome.head.ok()) << outcome.head.status();
  EXPECT_EQ(outcome.sink->body, "by proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://vendor.invalid/v1/x?y=z");
  EXPECT_EQ(proxy.requests().at(0).headers.at("user-agent"), "attune/0.1") << "once, as to anybody";
}

TEST(CurlClientConnectionTest, AProxyOfTheEnvironmentIsToldWhoAsksForATunnel) {
  ScriptedHttpServer proxy;
  proxy.Always([](const RecordedRequest&) { return WholeResponse(407, ""); });
  const Variable https_proxy("https_proxy", proxy.url(""));
  HttpFixture http;
  EXPECT_FALSE(http.Call(PostBy("https://vendor.invalid/v1", std::nullopt)).head.ok());
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
  EXPECT_EQ(proxy.requests().at(0).headers.at("user-agent"), "attune/0.1");
}

TEST(CurlClientConnectionTest, AProxyThatIsNamedWinsOverTheEnvironment) {
  ScriptedHttpServer named, usual;
  named.Always([](const RecordedRequest&) { return WholeResponse(200, "named"); });
  usual.Always([](const RecordedRequest&) { return WholeResponse(200, "usual"); });
  const Variable proxy("http_proxy", usual.url(""));
  const Variable no_proxy("no_proxy", "direct.invalid");
  HttpFixture http;
  EXPECT_EQ(http.Call(PostBy("http://vendor.invalid/", std::nullopt)).sink->body, "usual");
  EXPECT_EQ(http.Call(PostBy("http://vendor.invalid/", named.url(""))).sink->body, "named");
  EXPECT_EQ(http.Call(PostBy("http://direct.invalid/", named.url(""))).sink->body, "named");
  EXPECT_EQ(ErrorReason(http.Call(PostBy("http://direct.invalid/", std::nullopt)).head.status()), "CONNECT_FAILED");
  EXPECT_EQ(ErrorReason(http.Call(PostBy("http://vendor.invalid/", "")).head.status()), "CONNECT_FAILED");
  EXPECT_EQ(http.Call(PostBy("http://vendor.invalid/", std::nullopt)).sink->body, "usual");
}

// One thread has one handle here, which every call takes.
TEST(CurlClientConnectionTest, AHandleKeepsNoProxyOfAnotherCall) {
  ScriptedHttpServer server, first, second;
  const auto say = [](std::string who) { return [who](const RecordedRequest&) { return WholeResponse(200, who); }; };
  server.Always(say("direct"));
  first.Always(say("first"));
  second.Always(say("second"));
  HttpFixture http;
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(http.Call(PostBy(server.url(), first.url(""))).sink->body, "first");
    EXPECT_EQ(http.Call(PostBy(server.url(), std::nullopt)).sink->body, "direct");
    EXPECT_EQ(http.Call(PostBy(server.url(), second.url(""))).sink->body, "second");
    EXPECT_EQ(http.Call(PostBy(server.url(), "")).sink->body, "direct");
  }
  EXPECT_EQ(server.connections(), 1u) << "connections are kept all the same";
}

TEST(CurlClientConnectionTest, AProxyBeforeTlsSeesTheHostAloneAndItsRefusalIsAnError) {
  ScriptedHttpServer proxy;
  proxy.Add(WholeResponse(403, "no"));
  HttpFixture http;
  HttpRequest request = PostBy("https://vendor.invalid/v1/secret", StrCat("http://me:word@127.0.0.1:", proxy.port()));
  request.headers.push_back("Authorization: Bearer sk-secret");
  const absl::Status status = http.Call(request).head.status();
  EXPECT_EQ(ErrorReason(status), "CONNECT_FAILED") << status;
  EXPECT_EQ(status.ToString().find("word"), std::string::npos);
  const RecordedRequest seen = proxy.requests().at(0);
  EXPECT_EQ(seen.method, "CONNECT");
  EXPECT_EQ(seen.target, "vendor.invalid:443");
  EXPECT_EQ(seen.headers.count("authorization"), 0u);
  EXPECT_EQ(seen.headers.at("proxy-authorization"), "Basic bWU6d29yZA==");
}

TEST(CurlClientConnectionTest, ACertificateIsTrustedOnlyIfTheRequestSaysSo) {
  ScriptedHttpServer server;
  server.Always([](const RecordedRequest&) { return WholeResponse(200, "safe"); });
  const TlsFront front(server.port()), other(server.port());
  HttpFixture http;
  for (int round = 0; round < 2; ++round) {  // on one handle, and with a kept connection that was trusted
    const HttpOutcome trusted = http.Call(PostTrusting(front.url(), front.certificate_file()));
    ASSERT_TRUE(trusted.head.ok()) << trusted.head.status();
    EXPECT_EQ(trusted.sink->body, "safe");
    for (const std::string& file : {std::string(), other.certificate_file(), std::string("/no/such/file")}) {
      const absl::Status refused = http.Call(PostTrusting(front.url(), file)).head.status();
      EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable) << file;
      EXPECT_EQ(ErrorReason(refused), "CONNECT_FAILED") << file << refused;
      EXPECT_EQ(ErrorMetadata(refused, "phase"), "connect");
    }
  }
  EXPECT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.connections(), 1u) << "the trusted connection is kept";
}

TEST(CurlClientConnectionTest, NamesAServerThatAnswersInPlainText) {
  ScriptedHttpServer server;
  server.Greet(ServerScript().Send("HTTP/1.1 400 Bad Request\r\n\r\n").Stall());
  HttpFixture http;
  const absl::Status status = http.Call(Post(StrCat("https://127.0.0.1:", server.port()))).head.status();
  EXPECT_EQ(ErrorReason(status), "CONNECT_FAILED") << status;
  EXPECT_TRUE(server.WaitForOpenConnections(0));
}

}  // namespace
}  // namespace attune
