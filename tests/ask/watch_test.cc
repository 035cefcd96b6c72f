// What the metrics and the log get to see of Asks, through the Asker.
#include <fcntl.h>
#include <unistd.h>

#include "provider/cache.h"
#include "provider/route.h"
#include "tests/ask/ask_server.h"

namespace attune {
namespace {

absl::Status VendorIsDown() {
  return Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE")
      .Message("the vendor's own words")
      .With("attempts", 3);
}

class WatchTest : public testing::Test {
 protected:
  WatchTest() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  ~WatchTest() override {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }

  std::unique_ptr<AskServer> Serve(FakeProvider::Answer answer, AskOptions options = {}) {
    log_ = std::make_unique<Log>(ends_[1], clock_);
    return std::make_unique<AskServer>(std::move(options), std::make_unique<FakeProvider>(std::move(answer)),
                                       AskWatch{stats_.get(), log_.get()});
  }
  const ModelStats& Row(std::string_view asked, std::string_view answered) const {
    const std::vector<const ModelStats*> rows = stats_->Rows();
    for (const ModelStats* row : rows) {
      if (row->asked == asked && row->answered == answered) return *row;
    }
    ADD_FAILURE() << "no row of " << asked << " and " << answered;
    return *rows.back();
  }
  // All that was logged; the log is closed.
  std::string Logged() {
    log_.reset();
    close(std::exchange(ends_[1], -1));
    std::string text;
    for (char c = 0; read(ends_[0], &c, 1) == 1;) text += c;
    return text;
  }

  int ends_[2] = {-1, -1};
  FakeClock clock_;
  const std::unique_ptr<AskStats> stats_ = std::make_unique<AskStats>();
  std::unique_ptr<Log> log_;
};

TEST_F(WatchTest, AnAnswerIsCountedAndNotLogged) {
  AskServer* held = nullptr;
  const auto server = Serve([&held](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    held->clock.Advance(absl::Milliseconds(30));
    return ModelAnswer{.text = "fine",
                       .finish_reason = FinishReason::kStop,
                       .usage = {.reported = true, .input_tokens = 7, .output_tokens = 2},
                       .attempts = 2};
  });
  held = server.get();
  ASSERT_TRUE(server->Ask(Question("q")).ok());
  const ModelStats& row = Row("fake/any", "fake/any");
  EXPECT_EQ(row.outcomes[0], 1);
  EXPECT_EQ(row.retries, 1);
  EXPECT_EQ(row.input_tokens.Read().sum, 7);
  EXPECT_EQ(row.total.Read().sum, 30'000'000);
  EXPECT_EQ(row.overhead.Read().sum, 0);
  EXPECT_EQ(row.first_text.Read().count, 0) << "nothing was streamed";
  EXPECT_EQ(Logged(), "");
}

TEST_F(WatchTest, AFailureIsOneLineThatTellsNoText) {
  const auto server = Serve([](const ModelRequest&) { return VendorIsDown(); });
  ASSERT_FALSE(server->Ask(Question("a secret question")).ok());
  const std::string id = server->Recorded().front().id();
  EXPECT_EQ(Row("fake/any", "").outcomes[OutcomeOf(VendorIsDown())], 1);
  EXPECT_EQ(Logged(), StrCat("{\"time\":\"2023-11-14T22:13:20.000000Z\",\"event\":\"ask_failed\","
                             "\"reason\":\"PROVIDER_UNAVAILABLE\",\"code\":\"UNAVAILABLE\",\"model\":\"fake/any\","
                             "\"attempts\":3,\"interaction_id\":\"",
                             id, "\",\"milliseconds\":0}\n"));
}

TEST_F(WatchTest, WhatIsRefusedAtTheDoorIsCountedAndLogged) {
  const auto server = Serve([](const ModelRequest&) { return VendorIsDown(); });
  AskRequest request = Question(std::string(kMaxInputBytes + 1, 'x'));
  ASSERT_FALSE(server->Ask(request).ok());
  request.request_id = "r1";
  ASSERT_FALSE(server->Ask(request).ok());
  EXPECT_EQ(Row("", "").outcomes[OutcomeOf(BadField("TOO_LARGE", "input", ""))], 2);
  EXPECT_THAT(Logged(), testing::HasSubstr("\"reason\":\"TOO_LARGE\",\"code\":\"INVALID_ARGUMENT\",\"attempts\":0,"));
}

TEST_F(WatchTest, ARetryWithTheSameRequestIdIsAnAnswerGivenAgain) {
  const auto server = Serve([](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    return ModelAnswer{.text = "fine",
                       .finish_reason = FinishReason::kStop,
                       .usage = {.reported = true, .input_tokens = 7, .output_tokens = 2}};
  });
  AskRequest request = Question("q");
  request.request_id = "r1";
  ASSERT_TRUE(server->Ask(request).ok());
  ASSERT_TRUE(server->Ask(request).ok());
  const ModelStats& row = Row("fake/any", "fake/any");
  EXPECT_EQ(row.outcomes[0], 2);
  EXPECT_EQ(row.cached, 1);
  EXPECT_EQ(row.total.Read().count, 1);
  EXPECT_EQ(row.input_tokens.Read().sum, 7);
}

TEST_F(WatchTest, TheTimeToTheFirstTextBeginsWithTheCallOfTheProvider) {
  AskServer* held = nullptr;
  const auto server = Serve([&held](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    held->clock.Advance(absl::Milliseconds(12));
    return ModelAnswer{.text = "fine", .finish_reason = FinishReason::kStop};
  });
  held = server.get();
  StreamLog stream;
  ASSERT_TRUE(server->Ask(Question("q"), &stream).ok());
  EXPECT_EQ(Row("fake/any", "fake/any").first_text.Read().sum, 12'000'000);
}

TEST_F(WatchTest, AnAnswerOfARouteKnowsTheRouteAndWhetherItFellBack) {
  const auto server = Serve([](const ModelRequest&) { return VendorIsDown(); });
  Jitter jitter(0);
  ProviderRegistry::Builder builder;
  builder.Add("down", std::make_unique<FakeProvider>([](const ModelRequest&) { return VendorIsDown(); }));
  builder.Add("up", std::make_unique<FakeProvider>("fine"));
  ProviderRegistry registry = std::move(builder).Build();
  RouteProvider::Routes routes;
  routes["main"] = {{{.target = *registry.Resolve("down/m")}}, {{.target = *registry.Resolve("up/m")}}};
  routes["good"] = {{{.target = *registry.Resolve("up/m")}}};
  server->providers.Set(std::make_shared<const ProviderRegistry>(
      std::move(registry).With("route", std::make_unique<RouteProvider>(std::move(routes), server->clock, jitter))));
  for (const char* route : {"route/main", "route/good"}) {
    AskRequest request = Question("q");
    request.overrides.model = route;
    ASSERT_TRUE(server->Ask(request).ok());
  }
  EXPECT_EQ(Row("route/main", "up/m").fallbacks, 1);
  EXPECT_EQ(Row("route/main", "up/m").retries, 3) << "three of the model that is down, and the one that answered";
  EXPECT_EQ(Row("route/good", "up/m").fallbacks, 0);
}

}  // namespace
}  // namespace attune
