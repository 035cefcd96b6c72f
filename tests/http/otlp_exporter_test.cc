// The exporter of spans against collectors that take them, refuse them, stall, or are not there. Nothing here waits for
// time: a batch goes out when it is full, and the rest when the exporter is shut down.
#include "http/otlp_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/scripted_http_server.h"
#include "tests/http/http_call.h"

namespace attune {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::Duration kPlenty = absl::Seconds(20);

OtlpOptions Options(const std::string& endpoint) {
  OtlpOptions options;
  options.endpoint = endpoint;
  options.service_version = "0.1.0";
  options.max_batch = 2;
  options.linger = absl::Hours(1);
  options.first_pause = absl::ZeroDuration();
  return options;
}

Span Named(std::string name) {
  Span span;
  span.name = std::move(name);
  return span;
}

int SpansIn(const RecordedRequest& request) {
  int count = 0;
  for (size_t at = request.body.find("\"spanId\""); at != std::string::npos; ++count) {
    at = request.body.find("\"spanId\"", at + 1);
  }
  return count;
}

class OtlpExporterTest : public testing::Test {
 protected:
  void Take(OtlpExporter& exporter, const std::vector<std::string>& names) {
    for (const std::string& name : names) exporter.Take(Named(name));
  }
  // Spans that were sent, dropped and are queued.
  static std::vector<int64_t> Counted(const OtlpExporter& exporter) {
    const OtlpExporter::Counters now = exporter.counters();
    return {now.sent, now.dropped, now.queued};
  }

  ScriptedHttpServer collector_;
  HttpFixture http_;
};

TEST_F(OtlpExporterTest, SendsFullBatchesAtOnceAndTheRestAtTheEnd) {
  collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  OtlpOptions options = Options(collector_.url(""));
  options.headers = {"api-key: secret", "x-team: a b"};
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  Take(exporter, {"one", "two"});
  ASSERT_TRUE(collector_.WaitForRequests(1));
  Take(exporter, {"three"});
  exporter.Shutdown(kPlenty);
  const std::vector<RecordedRequest> requests = collector_.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/v1/traces");
  for (const RecordedRequest& request : requests) {
    EXPECT_EQ(request.headers.at("content-type"), "application/json");
    EXPECT_EQ(request.headers.at("api-key"), "secret");
    EXPECT_EQ(request.headers.at("x-team"), "a b");
  }
  EXPECT_THAT(requests[0].body, HasSubstr(R"({"key":"service.name","value":{"stringValue":"attune"}})"));
  EXPECT_THAT(requests[0].body,
              testing::AllOf(HasSubstr("\"one\""), HasSubstr("\"two\""), Not(HasSubstr("\"three\""))));
  EXPECT_THAT(requests[1].body, testing::AllOf(HasSubstr("\"three\""), Not(HasSubstr("\"two\""))));
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{3, 0, 0}));
  EXPECT_EQ(exporter.last_failure(), "");
}

TEST_F(OtlpExporterTest, ALoneSpanIsSentOnceItHasWaited) {
  collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  OtlpOptions options = Options(collector_.url("/base/"));
  options.linger = absl::ZeroDuration();
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  Take(exporter, {"one"});
  ASSERT_TRUE(collector_.WaitForRequests(1));
  EXPECT_EQ(collector_.requests()[0].target, "/base/v1/traces");
}

TEST_F(OtlpExporterTest, WhatTheQueueCannotTakeIsDroppedAndCounted) {
  Gate gate;
  collector_.Always(
      [gate](const RecordedRequest&) { return ServerScript().Pass(gate).Head(200, {"Content-Length: 0"}); });
  OtlpOptions options = Options(collector_.url(""));
  options.max_queued = 3;
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  Take(exporter, {"1", "2"});
  ASSERT_TRUE(collector_.WaitForRequests(1));  // they are in flight, and the collector does not answer
  Take(exporter, {"3", "4", "5", "6", "7"});
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{0, 2, 5}));
  gate.Open();
  exporter.Shutdown(kPlenty);
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{5, 2, 0}));
  const std::vector<RecordedRequest> requests = collector_.requests();
  ASSERT_EQ(requests.size(), 3u);  // a batch never has more than its limit
  EXPECT_EQ(SpansIn(requests[1]), 2);
  EXPECT_EQ(SpansIn(requests[2]), 1);
  Take(exporter, {"late"});
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{5, 3, 0}));
}

TEST_F(OtlpExporterTest, WhatMayPassIsTriedAgainUpToALimit) {
  const struct {
    std::vector<ServerScript> answers;
    size_t requests;
    bool sent;
    std::string failure;
  } cases[] = {
      {{WholeResponse(202, "")}, 1, true, ""},
      {{WholeResponse(503, ""), WholeResponse(429, ""), WholeResponse(200, "")}, 3, true, "the status 429"},
      {{WholeResponse(502, ""), WholeResponse(504, ""), WholeResponse(503, "")}, 3, false, "the status 503"},
      {{ServerScript().Close(), WholeResponse(200, "")}, 2, true, ""},
      {{WholeResponse(400, "")}, 1, false, "the status 400"},
      {{WholeResponse(500, "")}, 1, false, "the status 500"},
      {{WholeResponse(404, "")}, 1, false, "the status 404"},
      {{WholeResponse(302, "")}, 1, false, "the status 302"},
      {{ServerScript().Send("hello\r\n\r\n").Close()}, 1, false, ""},
      {{ServerScript().Head(200, {"Content-Length: 9"}).Close()}, 1, true, ""},  // the body says nothing more
      {{WholeResponse(200, std::string(1 << 20, ' '))}, 1, true, ""},
  };
  for (const auto& c : cases) {
    ScriptedHttpServer collector;
    for (const ServerScript& answer : c.answers) collector.Add(answer);
    OtlpOptions options = Options(collector.url(""));
    options.retries = 2;
    OtlpExporter exporter(options, http_.client, http_.pool.at(0));
    Take(exporter, {"1", "2"});
    exporter.Shutdown(kPlenty);
    EXPECT_EQ(Counted(exporter), c.sent ? (std::vector<int64_t>{2, 0, 0}) : (std::vector<int64_t>{0, 2, 0}));
    EXPECT_EQ(collector.requests().size(), c.requests) << exporter.last_failure();
    EXPECT_THAT(exporter.last_failure(), HasSubstr(c.failure));
    for (const RecordedRequest& request : collector.requests()) {
      EXPECT_EQ(request.body, collector.requests()[0].body);
    }
  }
}

TEST_F(OtlpExporterTest, PausesAsTheCollectorAsksAndAShutdownCutsThePauseShort) {
  collector_.Add(WholeResponse(503, "", "text/plain", {"Retry-After: 3600"}));
  collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  OtlpOptions options = Options(collector_.url(""));
  options.longest_pause = absl::Hours(24);
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  Take(exporter, {"1", "2"});
  ASSERT_TRUE(collector_.WaitForRequests(1));
  // Without the pause the second try would be there before these have gone to and fro on the same thread.
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(http_.Call(Post(collector_.url("/other"))).head.ok());
  EXPECT_EQ(collector_.requests().size(), 11u);
  exporter.Shutdown(kPlenty);
  EXPECT_EQ(collector_.requests().size(), 12u);
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{2, 0, 0}));
}

TEST_F(OtlpExporterTest, NoPauseIsLongerThanTheLongest) {
  collector_.Add(WholeResponse(503, "", "text/plain", {"Retry-After: 3600"}));
  collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  OtlpOptions options = Options(collector_.url(""));
  options.longest_pause = absl::ZeroDuration();
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  Take(exporter, {"1", "2"});
  EXPECT_TRUE(collector_.WaitForRequests(2));
}

TEST_F(OtlpExporterTest, ADeadCollectorLosesTheSpansAndNothingElse) {
  int port = 0;
  {
    ScriptedHttpServer gone;
    port = gone.port();
  }
  OtlpExporter exporter(Options("http://127.0.0.1:" + std::to_string(port)), http_.client, http_.pool.at(0));
  for (int i = 0; i < 5; ++i) exporter.Take(Named("n"));
  exporter.Shutdown(kPlenty);
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{0, 5, 0}));
  EXPECT_NE(exporter.last_failure(), "");
}

TEST_F(OtlpExporterTest, AShutdownDoesNotWaitForACollectorThatStalls) {
  collector_.Always([](const RecordedRequest&) { return ServerScript().Stall(); });
  OtlpExporter exporter(Options(collector_.url("")), http_.client, http_.pool.at(0));
  Take(exporter, {"1", "2", "3"});
  ASSERT_TRUE(collector_.WaitForRequests(1));
  exporter.Shutdown(absl::ZeroDuration());
  EXPECT_TRUE(collector_.WaitForAborted(1));
  EXPECT_EQ(collector_.requests().size(), 1u);
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{0, 3, 0}));
  exporter.Shutdown(kPlenty);  // has nothing more to do
}

TEST_F(OtlpExporterTest, TakesSpansFromManyThreads) {
  collector_.Always([](const RecordedRequest&) { return WholeResponse(200, "{}"); });
  OtlpOptions options = Options(collector_.url(""));
  options.max_batch = 64;
  options.linger = absl::ZeroDuration();
  OtlpExporter exporter(options, http_.client, http_.pool.at(0));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) exporter.Take(Named("n"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  exporter.Shutdown(kPlenty);
  EXPECT_EQ(Counted(exporter), (std::vector<int64_t>{2000, 0, 0}));
  int arrived = 0;
  for (const RecordedRequest& request : collector_.requests()) arrived += SpansIn(request);
  EXPECT_EQ(arrived, 2000);
}

}  // namespace
}  // namespace attune
