#include "tests/ask/ask_server.h"

namespace attune {
namespace {

void ExpectCancelledAndRecorded(AskServer& server, const absl::StatusOr<AskResult>& outcome) {
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kCancelled) << outcome.status();
  EXPECT_EQ(server.asker.counters().in_flight, 0);
  const auto recorded = server.Recorded();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].status_code(), static_cast<int>(absl::StatusCode::kCancelled));
}

TEST(Cancel, BeforeTheStartCallsNobody) {
  AskServer server;
  // The I/O thread is busy, so that the cancellation is there before the Ask begins.
  std::promise<void> blocked;
  std::shared_future<void> go = blocked.get_future().share();
  asio::post(server.io.at(0), [go] { go.wait(); });
  auto call = server.Start(Question("hello"));
  call->Cancel();
  blocked.set_value();
  const auto outcome = call->Wait();
  // Either the cancellation came in time, or the fake had answered already: it never waits.
  if (!outcome.ok()) ExpectCancelledAndRecorded(server, outcome);
  EXPECT_EQ(server.provider.in_flight(), 0u);
}

TEST(Cancel, WhileItWaitsForARevision) {
  AskServer server;
  AskRequest request = Question("hello");
  request.min_revision = 99;
  auto call = server.Start(request);
  call->Cancel();
  ExpectCancelledAndRecorded(server, call->Wait());
  EXPECT_EQ(server.provider.calls(), 0u);
}

TEST(Cancel, BeforeAWaitForARevisionEndsThatWaitAtOnce) {
  AskServer server;
  Running<absl::Status> waiting(server.io, [&]() -> asio::awaitable<absl::Status> {
    // The cancellation comes between two waits, where nothing listens.
    Gate gate;
    co_await gate.Pass();
    co_return co_await server.gate.Wait(99, absl::InfiniteFuture());
  });
  waiting.Cancel();
  EXPECT_EQ(waiting.Wait().code(), absl::StatusCode::kCancelled);
}

TEST(Cancel, InFlightCancelsTheProvider) {
  AskServer server;
  server.provider.Hold();
  auto call = server.Start(Question("hello"));
  ASSERT_TRUE(server.provider.WaitForInFlight(1));
  call->Cancel();
  ExpectCancelledAndRecorded(server, call->Wait());
  EXPECT_EQ(server.provider.cancelled(), 1u);
  EXPECT_FALSE(server.Recorded()[0].partial());
  EXPECT_EQ(server.Recorded()[0].model(), "fake/any");
}

TEST(Cancel, OfAStreamKeepsThePartThatCame) {
  AskServer server({}, std::make_unique<FakeProvider>("one two three"));
  server.provider.Hold(2);
  StreamLog stream;
  auto call = server.Start(Question("hello"), &stream);
  ASSERT_TRUE(server.provider.WaitForInFlight(1));
  call->Cancel();
  const auto outcome = call->Wait();
  ExpectCancelledAndRecorded(server, outcome);
  EXPECT_EQ(stream.text(), "one two");
  EXPECT_EQ(ErrorMetadata(outcome.status(), "partial_text"), "one two");
  const v1::Interaction recorded = server.Recorded()[0];
  EXPECT_EQ(recorded.text(), "one two");
  EXPECT_TRUE(recorded.partial());
}

// Takes one piece of text and then is gone, as a caller who went away.
class LostReader final : public AskSink {
 public:
  absl::Status OnStart(const AskResult&) override { return absl::OkStatus(); }
  absl::Status OnText(std::string_view) override { return ++deltas_ == 2 ? CallerWentAway() : absl::OkStatus(); }

 private:
  int deltas_ = 0;
};

TEST(Cancel, ASinkThatFailsEndsTheStream) {
  AskServer server({}, std::make_unique<FakeProvider>("one two three"));
  LostReader reader;
  const auto outcome = server.Ask(Question("hello"), &reader);
  ExpectCancelledAndRecorded(server, outcome);
  EXPECT_EQ(server.Recorded()[0].text(), "one two");
  EXPECT_TRUE(server.Recorded()[0].partial());
}

TEST(Cancel, AThousandLeaveNothingBehind) {
  AskServer server;
  server.provider.Hold();
  std::vector<std::unique_ptr<Running<absl::StatusOr<AskResult>>>> calls;
  for (int i = 0; i < 1000; ++i) {
    AskRequest request = Question(StrCat("question ", i));
    if (i % 3 == 0) request.min_revision = 99;
    if (i % 3 == 1) request.request_id = StrCat(i / 2);
    calls.push_back(server.Start(request));
  }
  for (auto& call : calls) call->Cancel();
  for (auto& call : calls) EXPECT_FALSE(call->Wait().ok());
  EXPECT_EQ(server.asker.counters().in_flight, 0);
  EXPECT_EQ(server.provider.in_flight(), 0u);
  server.provider.Release();
  AskRequest again = Question("question 1");
  again.request_id = "0";
  EXPECT_TRUE(server.Ask(again).ok()) << "a cancelled call is not remembered";
}

}  // namespace
}  // namespace attune
