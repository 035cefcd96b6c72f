// Cancelling a call of any vendor, through all decorators, in every phase: it ends as cancelled, the server sees its
// socket closed, and nothing is sent after.
#include <gtest/gtest.h>

#include <future>

#include "base/strings.h"
#include "provider/breaker.h"
#include "provider/limit.h"
#include "provider/retry.h"
#include "provider/route.h"
#include "tests/provider/vendor_fixture.h"

namespace attune {
namespace {

using absl::StatusCode;

// Really sleeps, and tells when it begins to.
class TellingSleeper final : public Sleeper {
 public:
  asio::awaitable<absl::Status> Sleep(absl::Duration time) const override {
    began_.set_value();
    co_return co_await timer_.Sleep(time);
  }
  void WaitForBegin() { began_.get_future().wait(); }

 private:
  const TimerSleeper timer_;
  mutable std::promise<void> began_;
};

// One thread, so that what was started earlier has come to its first wait before what is started later.
class VendorCancelTest : public VendorTest {
 protected:
  using CallOf = Running<AnswerOr>;

  VendorCancelTest() : VendorTest(1) {}

  // A vendor among its decorators, as the server builds it.
  std::unique_ptr<Provider> NewStack(const std::string& url, int32_t max_in_flight = 100) {
    auto limit = std::make_unique<LimitProvider>("vendor", NewProvider(url),
                                                 LimitPolicy{.max_in_flight = max_in_flight}, clock_);
    auto breaker = std::make_unique<BreakerProvider>("vendor", std::move(limit), BreakerPolicy(), clock_);
    return std::make_unique<RetryProvider>(std::move(breaker), RetryPolicy(), clock_, sleeper_, jitter_);
  }
  CallOf Start(Provider& provider, TextSink* sink = nullptr) {
    return CallOf(pool_, [this, &provider, sink] { return provider.Generate(request_, sink); });
  }
  void WaitForTheThread() {
    Running<bool>(pool_, []() -> asio::awaitable<bool> { co_return true; }).Wait();
  }
  static void ExpectCancelled(CallOf& call) {
    call.Cancel();
    EXPECT_EQ(call.Wait().status().code(), StatusCode::kCancelled);
  }

  const SystemClock clock_;
  TellingSleeper sleeper_;
  Jitter jitter_{7};
  const ModelRequest request_ = Ask("q");
};

TEST_P(VendorCancelTest, InTheQueue) {
  const std::unique_ptr<Provider> provider = NewStack(server_.url(), 1);
  server_.Always([](const RecordedRequest&) { return ServerScript().Stall(); });
  CallOf first = Start(*provider);
  ASSERT_TRUE(server_.WaitForRequests(1));
  CallOf queued = Start(*provider), next = Start(*provider);
  WaitForTheThread();
  ExpectCancelled(queued);
  EXPECT_EQ(server_.connections(), 1u);
  ExpectCancelled(first);
  EXPECT_TRUE(server_.WaitForAborted(1));
  ASSERT_TRUE(server_.WaitForRequests(2)) << "the place of the first is the next one's";
  ExpectCancelled(next);
  EXPECT_TRUE(server_.WaitForAborted(2));
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_P(VendorCancelTest, BackingOff) {
  const std::unique_ptr<Provider> provider = NewStack(server_.url());
  server_.Add(WholeResponse(503, "{}", "application/json", {"Retry-After: 50"}));
  CallOf call = Start(*provider);
  sleeper_.WaitForBegin();
  ExpectCancelled(call);
  client_.Shutdown();
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_P(VendorCancelTest, Resolving) {
  const std::unique_ptr<Provider> provider = NewStack("http://name.invalid/v1");
  Gate gate;
  CallOf call(pool_, [&]() -> asio::awaitable<AnswerOr> {
    co_await gate.Pass();  // until cancelled: the call begins as one that is cancelled already
    co_return co_await provider->Generate(request_, nullptr);
  });
  ExpectCancelled(call);
}

TEST_P(VendorCancelTest, ConnectingByTls) {
  const std::unique_ptr<Provider> provider = NewStack(StrCat("https://127.0.0.1:", server_.port()));
  CallOf call = Start(*provider);
  ASSERT_TRUE(server_.WaitForOpenConnections(1));  // which waits for a request that never comes
  ExpectCancelled(call);
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
  EXPECT_EQ(server_.requests().size(), 0u);
}

TEST_P(VendorCancelTest, ConnectingByAProxy) {
  options_.proxy = server_.url("");
  const std::unique_ptr<Provider> provider = NewStack("https://vendor.invalid/v1");
  server_.Add(ServerScript().Stall());
  CallOf call = Start(*provider);
  ASSERT_TRUE(server_.WaitForRequests(1));
  EXPECT_EQ(server_.requests().at(0).method, "CONNECT");
  ExpectCancelled(call);
  EXPECT_TRUE(server_.WaitForAborted(1));
}

TEST_P(VendorCancelTest, WaitingForTheHead) {
  for (const ServerScript& script :
       {ServerScript().Stall(), ServerScript().Send("HTTP/1.1 200 OK\r\nX: y\r\n").Stall()}) {
    ScriptedHttpServer server;
    const std::unique_ptr<Provider> provider = NewStack(server.url());
    for (TextSink* sink : {static_cast<TextSink*>(nullptr), static_cast<TextSink*>(&sink_)}) {
      server.Add(script);
      CallOf call = Start(*provider, sink);
      ASSERT_TRUE(server.WaitForRequests(sink == nullptr ? 1 : 2));
      ExpectCancelled(call);
      EXPECT_TRUE(server.WaitForAborted(sink == nullptr ? 1 : 2));
    }
    EXPECT_TRUE(server.WaitForOpenConnections(0));
    EXPECT_EQ(server.requests().size(), 2u);
  }
}

TEST_P(VendorCancelTest, BetweenThePiecesOfAStream) {
  const std::unique_ptr<Provider> provider = NewStack(server_.url());
  server_.Add(ServerScript().Head(200, kChunked).Chunk(FirstWords()).Stall());
  std::promise<void> text_came;
  sink_.on_text = [&] { text_came.set_value(); };
  CallOf call = Start(*provider, &sink_);
  text_came.get_future().wait();
  ExpectCancelled(call);
  EXPECT_EQ(sink_.text(), "first words");
  EXPECT_TRUE(server_.WaitForAborted(1));
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_P(VendorCancelTest, ACancelledStepOfARouteIsTheLast) {
  const std::unique_ptr<Provider> first = NewStack(server_.url()), second = NewStack(server_.url());
  const ModelFacts facts;
  const auto step = [&facts](const std::unique_ptr<Provider>& provider, const char* name) {
    return RouteProvider::Choice{{{.provider = provider.get(), .model = "m", .name = name, .facts = &facts}, 1}};
  };
  RouteProvider route({{"q", {step(first, "a/m"), step(second, "b/m")}}}, clock_, jitter_);
  server_.Always([](const RecordedRequest&) { return ServerScript().Stall(); });
  const ModelRequest request = Ask("q", "q");
  CallOf call(pool_, [&] { return route.Generate(request, nullptr); });
  ASSERT_TRUE(server_.WaitForRequests(1));
  ExpectCancelled(call);
  EXPECT_TRUE(server_.WaitForAborted(1));
  EXPECT_TRUE(server_.WaitForOpenConnections(0));
  EXPECT_EQ(server_.requests().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, VendorCancelTest, testing::ValuesIn(AllVendors()),
                         [](const auto& vendor) { return vendor.param.name; });

}  // namespace
}  // namespace attune
