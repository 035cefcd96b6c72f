#include "provider/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_provider.h"
#include "tests/provider/failures.h"
#include "tests/provider/provider_call.h"

namespace attune {
namespace {

using absl::StatusCode;

class RouteTest : public testing::Test {
 protected:
  AnswerOr Call(std::vector<Outcome> first, std::vector<Outcome> second, TextSink* sink = nullptr,
                std::string model = "main") {
    first_ = std::make_unique<ListedProvider>(std::move(first), "first");
    second_ = std::make_unique<ListedProvider>(std::move(second), "second");
    RouteProvider route({{"main", {{Step(first_, "a", "big")}, {Step(second_, "b", "small")}}}}, clock_, jitter_);
    return Generate(pool_, route, Ask("q", std::move(model)), sink);
  }

  static RouteProvider::Step Step(const std::unique_ptr<ListedProvider>& provider, const std::string& vendor,
                                  const std::string& model, const ModelFacts& facts = kNothing, double weight = 1) {
    return {{.provider = provider.get(), .model = model, .name = vendor + "/" + model, .facts = &facts}, weight};
  }

  static inline const ModelFacts kNothing;
  IoPool pool_{1};
  FakeClock clock_;
  Jitter jitter_{1};
  std::unique_ptr<ListedProvider> first_, second_;
  KeepingTextSink sink_;
};

TEST_F(RouteTest, TheFirstAnswersIfItCan) {
  const AnswerOr answer = Call({}, {});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->text, "first");
  EXPECT_EQ(answer->model, "big");
  EXPECT_EQ(answer->answered_by, "a/big");
  EXPECT_FALSE(answer->fallback);
  EXPECT_EQ(answer->attempts, 1);
  EXPECT_EQ(second_->calls(), 0u);
}

TEST_F(RouteTest, TheNextIsAskedForEveryFaultOfAVendorAndForNothingElse) {
  for (const char* reason :
       {"PROVIDER_UNAVAILABLE", "PROVIDER_CUT", "PROVIDER_RATE_LIMIT", "PROVIDER_QUOTA", "PROVIDER_GARBAGE",
        "PROVIDER_KEY_REFUSED", "MODEL_NOT_FOUND", "PROVIDER_PROMPT_TOO_LONG", "BREAKER_OPEN", "PROVIDER_BUSY"}) {
    const AnswerOr answer = Call({{Failure(StatusCode::kUnavailable, reason)}}, {});
    ASSERT_TRUE(answer.ok()) << reason;
    EXPECT_EQ(answer->text, "second");
    EXPECT_EQ(answer->answered_by, "b/small");
    EXPECT_TRUE(answer->fallback);
    EXPECT_EQ(answer->attempts, 2);
    EXPECT_THAT(second_->models, testing::ElementsAre("small"));
  }
  for (const absl::Status& failure :
       {Failure(StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"), absl::CancelledError("c")}) {
    EXPECT_EQ(Call({{failure}}, {}).status(), failure);
    EXPECT_EQ(second_->calls(), 0u) << failure;
  }
}

TEST_F(RouteTest, WhenAllFailTheLastFailureIsToldAndAllAttemptsAreCounted) {
  const absl::Status thrice = WithMetadata(Unavailable(), "attempts", "3");
  const AnswerOr answer = Call({{thrice}}, {{Failure(StatusCode::kResourceExhausted, "PROVIDER_QUOTA")}});
  EXPECT_EQ(ErrorReason(answer.status()), "PROVIDER_QUOTA");
  EXPECT_EQ(ErrorMetadata(answer.status(), "attempts"), "4");
}

TEST_F(RouteTest, NothingElseIsAskedAfterTextHasPassed) {
  EXPECT_EQ(ErrorReason(Call({{Cut(), "half"}}, {}, &sink_).status()), "PROVIDER_CUT");
  EXPECT_EQ(second_->calls(), 0u);
  EXPECT_EQ(sink_.text(), "half");
}

TEST_F(RouteTest, WithinAChoiceEachModelComesFirstInProportionToItsWeight) {
  first_ = std::make_unique<ListedProvider>(std::vector<Outcome>(), "first");
  second_ = std::make_unique<ListedProvider>(std::vector<Outcome>(), "second");
  RouteProvider route({{"main", {{Step(first_, "a", "big", kNothing, 3), Step(second_, "b", "small")}}}}, clock_,
                      jitter_);
  constexpr int kCalls = 4000;
  for (int i = 0; i < kCalls; ++i) ASSERT_TRUE(Generate(pool_, route, Ask("q", "main")).ok());
  EXPECT_NEAR(static_cast<double>(first_->calls()) / kCalls, 0.75, 0.03);
  EXPECT_EQ(first_->calls() + second_->calls(), static_cast<size_t>(kCalls));
}

TEST_F(RouteTest, TheOthersOfAChoiceAreTriedBeforeTheNextChoice) {
  const auto down = [] {
    return std::make_unique<ListedProvider>(std::vector<Outcome>(100, Outcome{Unavailable(), ""}));
  };
  for (int i = 0; i < 20; ++i) {
    first_ = down();
    second_ = down();
    auto third = std::make_unique<ListedProvider>(std::vector<Outcome>(), "third");
    RouteProvider route({{"main", {{Step(first_, "a", "x"), Step(second_, "b", "y")}, {Step(third, "c", "z")}}}},
                        clock_, jitter_);
    const AnswerOr answer = Generate(pool_, route, Ask("q", "main"));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->answered_by, "c/z");
    EXPECT_EQ(answer->attempts, 3);
    EXPECT_EQ(first_->calls(), 1u);
    EXPECT_EQ(second_->calls(), 1u);
  }
}

TEST_F(RouteTest, AModelWhosePromptWouldBeTooLongIsPassedOverUnlessItIsTheLast) {
  ModelFacts small;
  small.context_tokens = 50;
  const std::string question(400, 'q');
  const auto ask = [&](const ModelFacts& first, const ModelFacts& second) {
    first_ = std::make_unique<ListedProvider>(std::vector<Outcome>(), "first");
    second_ = std::make_unique<ListedProvider>(std::vector<Outcome>(), "second");
    RouteProvider route({{"main", {{Step(first_, "a", "x", first)}, {Step(second_, "b", "y", second)}}}}, clock_,
                        jitter_);
    const AnswerOr answer = Generate(pool_, route, Ask(question, "main"));
    return answer.ok() ? StrCat(answer->text, " ", answer->attempts) : answer.status().ToString();
  };
  EXPECT_EQ(ask(small, kNothing), "second 1");
  EXPECT_EQ(ask(kNothing, small), "first 1");
  EXPECT_EQ(ask(small, small), "second 1");
}

TEST_F(RouteTest, AModelThatIsNotTheLastGetsAShareOfTheTimeAndLittlePatience) {
  first_ = std::make_unique<ListedProvider>(
      std::vector<Outcome>{{Failure(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE"), ""}}, "first");
  FakeProvider last("last");
  RouteProvider route(
      {{"main",
        {{Step(first_, "a", "x")}, {{{.provider = &last, .model = "y", .name = "b/y", .facts = &kNothing}, 1}}}}},
      clock_, jitter_);
  ModelRequest request = Ask("q", "main");
  request.deadline = clock_.Now() + absl::Seconds(60);
  const AnswerOr answer = Generate(pool_, route, request);
  ASSERT_TRUE(answer.ok()) << answer.status();  // the first one's share was over, not the request's time
  EXPECT_EQ(first_->deadlines[0], clock_.Now() + absl::Seconds(40));
  EXPECT_EQ(first_->patience[0], RouteProvider::kPatience);
  EXPECT_EQ(last.requests()[0].deadline, request.deadline);
  EXPECT_EQ(last.requests()[0].patience, absl::InfiniteDuration());
}

TEST_F(RouteTest, AStreamHasItsShareForTheFirstTextAndThenAllOfTheTime) {
  first_ = std::make_unique<ListedProvider>(std::vector<Outcome>{{Unavailable(), ""}}, "first");
  second_ = std::make_unique<ListedProvider>(std::vector<Outcome>(), "second");
  RouteProvider route({{"main", {{Step(first_, "a", "x")}, {Step(second_, "b", "y")}}}}, clock_, jitter_);
  ModelRequest request = Ask("q", "main");
  request.deadline = clock_.Now() + absl::Seconds(60);
  ASSERT_TRUE(Generate(pool_, route, request, &sink_).ok());
  EXPECT_EQ(first_->deadlines[0], request.deadline);
  EXPECT_EQ(first_->first_text_by[0], clock_.Now() + absl::Seconds(40));
  EXPECT_EQ(second_->first_text_by[0], absl::InfiniteFuture());
}

TEST_F(RouteTest, EachModelHasItsOwnDefaultsAndTheRequestWins) {
  ModelFacts facts;
  facts.defaults.temperature = 0;
  facts.defaults.max_tokens = 7;
  auto vendor = std::make_unique<FakeProvider>("fine");
  RouteProvider route({{"main", {{{{.provider = vendor.get(), .model = "x", .name = "a/x", .facts = &facts}, 1}}}}},
                      clock_, jitter_);
  ModelRequest request = Ask("q", "main");
  request.parameters.max_tokens = 9;
  ASSERT_TRUE(Generate(pool_, route, request).ok());
  EXPECT_EQ(vendor->requests()[0].parameters.temperature, 0);
  EXPECT_EQ(vendor->requests()[0].parameters.max_tokens, 9);
}

TEST_F(RouteTest, AnUnknownRouteIsAnError) {
  const absl::Status status = Call({}, {}, nullptr, "side").status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(ErrorReason(status), "ROUTE_NOT_FOUND");
  EXPECT_EQ(ErrorMetadata(status, "routes"), "main");
}

}  // namespace
}  // namespace attune
