#include "ask/caller_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"
#include "base/strings.h"
#include "tests/fakes/fake_clock.h"

namespace attune {
namespace {

using Kind = LimitScope::Kind;

AskRequest By(const std::string& user, StringMap labels = {}) {
  AskRequest request;
  request.user = user;
  request.labels = std::move(labels);
  return request;
}

CallerLimit Limit(Kind kind, std::optional<int64_t> requests, std::optional<int64_t> tokens = {},
                  std::optional<Money> cost = {}) {
  return {.name = "l",
          .scope = {kind, kind == Kind::kLabel ? "team" : ""},
          .requests = requests,
          .tokens = tokens,
          .cost = cost};
}

class CallerLimitsTest : public testing::Test {
 protected:
  // Admitted calls of `count`.
  int Admitted(int count, const AskRequest& request, const CallUse& use = {}) {
    int admitted = 0;
    for (int i = 0; i < count; ++i) admitted += limits_.Reserve(request, use).ok();
    return admitted;
  }

  FakeClock clock_{absl::UnixEpoch() + absl::Hours(24)};
  CallerLimits limits_{clock_};
};

TEST_F(CallerLimitsTest, WithoutLimitsAllAreAdmitted) { EXPECT_EQ(Admitted(100, By("a")), 100); }

TEST_F(CallerLimitsTest, EachUserHasItsOwnEachLabelOrAllTogether) {
  limits_.Set({Limit(Kind::kUser, 3)});
  EXPECT_EQ(Admitted(5, By("a")), 3);
  EXPECT_EQ(Admitted(5, By("b")), 3);
  EXPECT_EQ(Admitted(5, By("")), 3);
  limits_.Set({Limit(Kind::kLabel, 2)});
  EXPECT_EQ(Admitted(5, By("a", {{"team", "red"}})), 2);
  EXPECT_EQ(Admitted(5, By("a", {{"team", "blue"}})), 2);
  limits_.Set({Limit(Kind::kAll, 4)});
  EXPECT_EQ(Admitted(3, By("a")) + Admitted(3, By("b")), 4);
}

TEST_F(CallerLimitsTest, TheErrorSaysWhichLimitAndWhenToComeBack) {
  limits_.Set({Limit(Kind::kUser, 1)});
  ASSERT_TRUE(limits_.Reserve(By("a"), {}).ok());
  const absl::Status status = limits_.Reserve(By("a"), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorReason(status), "CALLER_LIMIT");
  EXPECT_EQ(ErrorMetadata(status, "limit"), "l");
  EXPECT_EQ(ErrorMetadata(status, "amount"), "requests");
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("at most 1 requests in 1m"));
  const std::optional<absl::Duration> wait = RetryDelay(status);
  ASSERT_TRUE(wait.has_value());
  clock_.Advance(*wait - absl::Milliseconds(10));
  EXPECT_FALSE(limits_.Reserve(By("a"), {}).ok());
  clock_.Advance(absl::Milliseconds(10));
  EXPECT_TRUE(limits_.Reserve(By("a"), {}).ok());
}

TEST_F(CallerLimitsTest, WhatIsReservedIsCorrectedAtTheEnd) {
  limits_.Set({Limit(Kind::kAll, std::nullopt, 1000)});
  auto first = limits_.Reserve(By("a"), {.tokens = 900});
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(limits_.Reserve(By("a"), {.tokens = 200}).ok());
  first->Settle({.tokens = 100});
  auto second = limits_.Reserve(By("a"), {.tokens = 800});
  ASSERT_TRUE(second.ok());
  second->Settle({.tokens = 5000});  // it took more than it said
  EXPECT_FALSE(limits_.Reserve(By("a"), {.tokens = 1}).ok());
}

TEST_F(CallerLimitsTest, OneThatIsNotSettledStaysUsed) {
  limits_.Set({Limit(Kind::kAll, std::nullopt, 1000)});
  { ASSERT_TRUE(limits_.Reserve(By("a"), {.tokens = 900}).ok()); }
  EXPECT_FALSE(limits_.Reserve(By("a"), {.tokens = 200}).ok());
}

TEST_F(CallerLimitsTest, MoneyCountsInItsOwnCurrency) {
  limits_.Set({Limit(Kind::kAll, std::nullopt, std::nullopt, Money{100, "USD"})});
  EXPECT_EQ(Admitted(5, By("a"), {.tokens = 0, .cost = {60, "EUR"}}), 5);
  EXPECT_EQ(Admitted(5, By("a"), {.tokens = 0, .cost = {40, "USD"}}), 2);
}

TEST_F(CallerLimitsTest, ACallThatIsLargerThanTheLimitMayGoAlone) {
  limits_.Set({Limit(Kind::kAll, std::nullopt, 100)});
  EXPECT_EQ(Admitted(3, By("a"), {.tokens = 5000}), 1);
}

TEST_F(CallerLimitsTest, ARefusalByOneLimitTakesNothingFromTheOthers) {
  CallerLimit narrow = Limit(Kind::kUser, 1);
  narrow.name = "narrow";
  limits_.Set({Limit(Kind::kAll, 3), narrow});
  EXPECT_EQ(Admitted(10, By("a")), 1);
  EXPECT_EQ(Admitted(1, By("b")), 1);
  EXPECT_EQ(Admitted(1, By("c")), 1);
  EXPECT_EQ(Admitted(1, By("d")), 0);
}

TEST_F(CallerLimitsTest, ALimitThatStaysTheSameCountsOnWhenOthersChange) {
  limits_.Set({Limit(Kind::kAll, 2)});
  EXPECT_EQ(Admitted(1, By("a")), 1);
  limits_.Set({Limit(Kind::kUser, 9), Limit(Kind::kAll, 2)});
  EXPECT_EQ(Admitted(5, By("a")), 1);
  limits_.Set({});
  EXPECT_EQ(Admitted(5, By("a")), 5);
}

TEST_F(CallerLimitsTest, CallsAtTheSameTimeCannotSlipPastTogether) {
  limits_.Set({Limit(Kind::kAll, std::nullopt, 1000)});
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { admitted += Admitted(100, By("a"), {.tokens = 100}); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 10);
}

}  // namespace
}  // namespace attune
