// Every vendor over networks, proxies and servers that fail, dawdle, compress, or are asked by many at once.
#include <gtest/gtest.h>

#include "base/strings.h"
#include "tests/fakes/gzip.h"
#include "tests/fakes/tls_front.h"
#include "tests/provider/vendor_fixture.h"

namespace attune {
namespace {

using absl::StatusCode;

class VendorNetworkTest : public VendorTest {
 protected:
  // Worth a retry, and told without the key.
  void ExpectUnavailable(const absl::Status& status, const std::string& phase) {
    EXPECT_EQ(status.code(), StatusCode::kUnavailable) << status;
    EXPECT_EQ(ErrorReason(status), "PROVIDER_UNAVAILABLE") << status;
    EXPECT_EQ(ErrorMetadata(status, "phase"), phase) << status;
    EXPECT_TRUE(RetryDelay(status).has_value());
    EXPECT_EQ(status.ToString().find("sk-test-key"), std::string::npos);
  }
};

TEST_P(VendorNetworkTest, AHostWithoutAddressIsUnavailable) {
  ExpectUnavailable(CallAt("http://name.invalid/v1").status(), "connect");
  ExpectUnavailable(CallAt("https://name.invalid/v1", &sink_).status(), "connect");
}

TEST_P(VendorNetworkTest, AServerWithoutTlsIsUnavailableByHttps) {
  server_.Greet(ServerScript().Send("HTTP/1.1 400 Bad Request\r\n\r\n").Stall());
  ExpectUnavailable(CallAt(StrCat("https://127.0.0.1:", server_.port())).status(), "connect");
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
}

TEST_P(VendorNetworkTest, ACertificateThatNobodyTrustsGetsNoKey) {
  server_.Always([this](const RecordedRequest&) { return WholeResponse(200, Answer()); });
  const TlsFront front(server_.port());
  ExpectUnavailable(CallAt(front.url()).status(), "connect");
  EXPECT_EQ(server_.connections(), 0u);
  options_.tls_ca = front.certificate_file();
  const AnswerOr answer = CallAt(front.url());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->text, "four");
}

TEST_P(VendorNetworkTest, AProxyIsAskedForTheWholeAddress) {
  server_.Add(WholeResponse(200, Answer()));
  options_.proxy = server_.url("");
  ASSERT_TRUE(CallAt("http://vendor.invalid/v1").ok());
  EXPECT_EQ(server_.requests().at(0).target, "http://vendor.invalid/v1" + GetParam().whole_target);
  server_.Add(WholeResponse(407, "who are you?"));
  const absl::Status refused = CallAt("http://vendor.invalid/v1").status();
  EXPECT_EQ(ErrorReason(refused), "PROVIDER_KEY_REFUSED") << refused;
  EXPECT_NE(refused.message().find("proxy"), std::string::npos);
}

TEST_P(VendorNetworkTest, AnswersManyAtOnce) {
  constexpr size_t kCalls = 150;
  Gate gate;
  server_.Always([this, gate](const RecordedRequest& request) {
    const bool streamed = request.headers.at("accept") == "text/event-stream";
    ServerScript script = ServerScript().Pass(gate);
    if (!streamed) return script.Head(200, {StrCat("Content-Length: ", Answer().size())}).Send(Answer());
    return script.Head(200, kChunked).Chunk(Stream()).LastChunk();
  });
  const std::unique_ptr<Provider> provider = NewProvider(server_.url());
  const ModelRequest request = Ask("2+2?");
  std::vector<KeepingTextSink> sinks(kCalls);
  std::vector<Running<AnswerOr>> calls;
  for (size_t i = 0; i < kCalls; ++i) {
    KeepingTextSink* const sink = i % 2 == 0 ? nullptr : &sinks[i];
    calls.emplace_back(pool_, [&, sink] { return provider->Generate(request, sink); });
  }
  ASSERT_TRUE(server_.WaitForRequests(kCalls));
  EXPECT_EQ(server_.open_connections(), kCalls);  // none waits for another
  gate.Open();
  for (size_t i = 0; i < kCalls; ++i) {
    const AnswerOr answer = calls[i].Wait();
    ASSERT_TRUE(answer.ok()) << i << answer.status();
    EXPECT_EQ(answer->text, i % 2 == 0 ? "four" : "f\u00f6ur");
  }
  EXPECT_EQ(server_.requests().size(), kCalls);
}

TEST_P(VendorNetworkTest, ReadsWhatAProxyCompressed) {
  server_.Add(WholeResponse(200, Gzip(Answer()), "application/json", {"Content-Encoding: gzip"}));
  const AnswerOr whole = Call();
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->text, "four");
  ServerScript script;
  script.Head(200, {"Content-Type: text/event-stream", "Content-Encoding: gzip", "Transfer-Encoding: chunked"});
  for (const std::string& piece : GzipEach({FirstWords(), Stream()})) script.Chunk(piece);
  server_.Add(script.LastChunk());
  const AnswerOr stream = Call(&sink_);
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_EQ(sink_.text(), "first wordsf\u00f6ur");
}

TEST_P(VendorNetworkTest, HandsCompressedTextOverBeforeTheAnswerEnds) {
  Gate gate;
  const std::vector<std::string> pieces = GzipEach({FirstWords(), Stream()});
  server_.Add(ServerScript()
                  .Head(200, {"Content-Encoding: gzip", "Transfer-Encoding: chunked"})
                  .Chunk(pieces[0])
                  .Pass(gate)
                  .Chunk(pieces[1])
                  .LastChunk());
  sink_.on_text = [gate]() mutable { gate.Open(); };  // the server goes on only once text has come
  EXPECT_TRUE(Call(&sink_).ok());
}

TEST_P(VendorNetworkTest, RefusesAnAnswerThatGrowsTooLargeWhenUnpacked) {
  options_.max_answer_bytes = 100'000;
  const std::string small = Gzip(std::string(10 << 20, ' '));
  ASSERT_LT(small.size(), options_.max_answer_bytes);
  for (TextSink* sink : {static_cast<TextSink*>(nullptr), static_cast<TextSink*>(&sink_)}) {
    server_.Add(WholeResponse(200, small, "application/json", {"Content-Encoding: gzip"}));
    EXPECT_EQ(ErrorReason(Call(sink).status()), "PROVIDER_GARBAGE");
  }
  server_.Add(WholeResponse(200, Gzip(Answer()).substr(0, 30), "application/json", {"Content-Encoding: gzip"}));
  EXPECT_FALSE(Call().ok()) << "cut within the packed body";
}

TEST_P(VendorNetworkTest, AStreamIsReadWhateverItsTypeSays) {
  for (const char* type : {"text/plain", "text/plain; charset=utf-8", "application/json", "application/octet-stream"}) {
    KeepingTextSink sink;
    server_.Add(ServerScript()
                    .Head(200, {StrCat("Content-Type: ", type), "Transfer-Encoding: chunked"})
                    .Chunk(Stream())
                    .LastChunk());
    const AnswerOr answer = Call(&sink);
    ASSERT_TRUE(answer.ok()) << type << answer.status();
    EXPECT_EQ(sink.text(), "f\u00f6ur") << type;
  }
}

TEST_P(VendorNetworkTest, HeadersWithoutEndAreNoAnswer) {
  std::string lines;
  while (lines.size() < 300 << 10) StrAppend(&lines, "X-Line-", lines.size(), ": ", std::string(1000, 'v'), "\r\n");
  for (const std::string& endless : {lines, std::string(300 << 10, 'x')}) {
    server_.Add(ServerScript().Send("HTTP/1.1 200 OK\r\n" + endless).Stall());
    const absl::Status status = Call(&sink_).status();
    EXPECT_EQ(ErrorReason(status), "PROVIDER_GARBAGE") << status;
  }
  EXPECT_TRUE(server_.WaitForAborted(2));
}

// A server that always sends a little never falls silent: what ends it is the limit of the attempt, or the deadline.
TEST_P(VendorNetworkTest, AServerThatDripsIsBoundedByTimeInEveryPhase) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<ServerScript> drips = {ServerScript().Send(head + "X: ").Drip("y"),
                                           ServerScript().Send(head).Drip("X: y\r\n"),
                                           ServerScript().Drip("HTTP/1.1 102 Processing\r\n\r\n"),
                                           ServerScript().Head(200, kChunked).Drip("1\r\n \r\n"),
                                           ServerScript().Head(200, kChunked).Drip("3\r\n:\n\n\r\n"),
                                           ServerScript().Head(200, {"Content-Length: 9999999"}).Send("{").Drip(" ")};
  for (const bool by_deadline : {true, false}) {
    if (!by_deadline) options_.attempt_timeout = absl::Milliseconds(200);
    const std::unique_ptr<Provider> provider = NewProvider(server_.url());
    ModelRequest request = Ask("q");
    if (by_deadline) request.deadline = absl::Now() + absl::Milliseconds(200);
    std::vector<Running<AnswerOr>> calls;
    for (const ServerScript& drip : drips) {
      server_.Add(drip);
      calls.emplace_back(pool_, [&] { return provider->Generate(request, &sink_); });
    }
    for (Running<AnswerOr>& call : calls) {
      const absl::Status late = call.Wait().status();
      EXPECT_EQ(ErrorReason(late), by_deadline ? "PROVIDER_DEADLINE" : "PROVIDER_UNAVAILABLE") << late;
      EXPECT_EQ(RetryDelay(late).has_value(), !by_deadline);
    }
  }
  server_.Add(ServerScript().Head(200, kChunked).Chunk(FirstWords()).Drip("3\r\n:\n\n\r\n"));
  EXPECT_EQ(ErrorReason(Call(&sink_).status()), "PROVIDER_CUT");
  EXPECT_TRUE(server_.WaitForAborted(2 * drips.size() + 1));
}

// One connection a thread is kept; the server closes it as the next request comes.
TEST_P(VendorNetworkTest, ADeadKeptConnectionIsReplaced) {
  const size_t kept = pool_.size();
  for (const ServerScript& leave : {ServerScript().Close(), ServerScript().Reset()}) {
    ScriptedHttpServer server;
    for (size_t i = 0; i < kept; ++i) server.Add(WholeResponse(200, Answer()));
    for (size_t i = 0; i < kept; ++i) ASSERT_TRUE(CallAt(server.url()).ok());
    ASSERT_EQ(server.connections(), kept);
    server.Always(
        [&](const RecordedRequest& request) { return request.connection < kept ? leave : EventStream({Stream()}); });
    for (size_t i = 0; i < kept; ++i) {
      KeepingTextSink sink;
      const AnswerOr answer = CallAt(server.url(), &sink);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(sink.text(), "f\u00f6ur");
    }
    EXPECT_EQ(server.connections(), 2 * kept);
  }
}

TEST_P(VendorNetworkTest, AServerThatClosesAgainAndAgainIsUnavailable) {
  server_.Add(WholeResponse(200, Answer()));
  server_.Add(WholeResponse(200, Answer()));
  for (size_t i = 0; i < pool_.size(); ++i) ASSERT_TRUE(Call().ok());
  server_.Always([](const RecordedRequest&) { return ServerScript().Close(); });
  ExpectUnavailable(Call().status(), "head");
  EXPECT_EQ(server_.requests().size(), pool_.size() + 2) << "by the kept connection, and once more";
}

INSTANTIATE_TEST_SUITE_P(All, VendorNetworkTest, testing::ValuesIn(AllVendors()),
                         [](const auto& vendor) { return vendor.param.name; });

}  // namespace
}  // namespace attune
