#include "provider/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    RouteProvider route({{"main", {{{first_.get(), "big"}, "a/big"}, {{second_.get(), "small"}, "b/small"}}}});
    return Generate(pool_, route, Ask("q", std::move(model)), sink);
  }

  IoPool pool_{1};
  std::unique_ptr<ListedProvider> first_, second_;
  KeepingTextSink sink_;
};

TEST_F(RouteTest, TheFirstAnswersIfItCan) {
  const AnswerOr answer = Call({}, {});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->text, "first");
  EXPECT_EQ(answer->model, "big");
  EXPECT_EQ(answer->answered_by, "a/big");
  EXPECT_EQ(answer->attempts, 1);
  EXPECT_EQ(second_->calls(), 0u);
}

TEST_F(RouteTest, TheNextIsAskedForEveryFaultOfAVendorAndForNothingElse) {
  for (const char* reason :
       {"PROVIDER_UNAVAILABLE", "PROVIDER_CUT", "PROVIDER_RATE_LIMIT", "PROVIDER_QUOTA", "PROVIDER_GARBAGE",
        "PROVIDER_KEY_REFUSED", "MODEL_NOT_FOUND", "BREAKER_OPEN", "PROVIDER_BUSY"}) {
    const AnswerOr answer = Call({{Failure(StatusCode::kUnavailable, reason)}}, {});
    ASSERT_TRUE(answer.ok()) << reason;
    EXPECT_EQ(answer->text, "second");
    EXPECT_EQ(answer->answered_by, "b/small");
    EXPECT_EQ(answer->attempts, 2);
    EXPECT_THAT(second_->models, testing::ElementsAre("small"));
  }
  for (const absl::Status& failure :
       {Failure(StatusCode::kInvalidArgument, "MODEL_REFUSED_PARAMETER"),
        Failure(StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE"), absl::CancelledError("c")}) {
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

TEST_F(RouteTest, AnUnknownRouteIsAnError) {
  const absl::Status status = Call({}, {}, nullptr, "side").status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(ErrorReason(status), "ROUTE_NOT_FOUND");
  EXPECT_EQ(ErrorMetadata(status, "routes"), "main");
}

}  // namespace
}  // namespace attune
