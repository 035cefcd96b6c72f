// Evaluations that were cut short, and their continuation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "evaluate/records.h"
#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

v1::EvaluateRequest Request() {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(10);
  request.set_evaluation_id("mine");
  request.set_concurrency(2);
  request.mutable_grid()->add_shots(0);
  request.mutable_grid()->add_shots(1);
  return request;
}

v1::EvaluateRequest OneAtATime() {
  v1::EvaluateRequest request = Request();
  request.set_concurrency(1);
  return request;
}

TEST(RunResume, MakesOnlyTheMissingCallsAtTheOldRevision) {
  EvaluateHouse* place = nullptr;
  int calls = 0;
  EvaluateHouse house([&](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    if (++calls == 8) {
      EXPECT_TRUE(place->runner.Cancel("mine").ok());
    }
    if (calls == 8) return absl::CancelledError("with the run");
    return EvaluateHouse::EchoInput(request);
  });
  place = &house;
  KeepingSink first;
  ASSERT_FALSE(house.Run(OneAtATime(), first).ok());
  const size_t measured = first.results().size();
  ASSERT_GE(measured, 7U);
  ASSERT_LT(measured, 20U);
  house.PutPrompt("default", {.messages = {{Role::kUser, "New {{input}}"}}});

  v1::EvaluateRequest request = Request();
  request.set_concurrency(5);  // decides nothing about what is measured
  KeepingSink second;
  ASSERT_TRUE(house.Run(request, second).ok());
  EXPECT_EQ(second.results().size(), 20 - measured);
  EXPECT_EQ(second.report().revision(), 1);
  EXPECT_EQ(second.report().candidates(0).calls() + second.report().candidates(1).calls(), 20);
  EXPECT_DOUBLE_EQ(second.report().candidates(1).estimates(0).cases(), 10);
  const auto stored = house.StoredResults("mine");
  std::set<std::string> different;
  for (const auto& result : stored) different.insert(StrCat(result.case_id(), "/", result.candidate()));
  EXPECT_EQ(stored.size(), 20U);
  EXPECT_EQ(different.size(), 20U) << "no call was made and paid twice";
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::SUCCEEDED);

  KeepingSink third;
  EXPECT_EQ(ErrorReason(house.Run(request, third)), "EVALUATION_EXISTS") << "it is done";
}

// A wrong key, say: the user sees the failures, cancels, mends it, and goes on.
TEST(RunResume, AsksAgainWhatFailed) {
  EvaluateHouse* place = nullptr;
  bool down = true;
  int calls = 0;
  EvaluateHouse house([&](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    if (++calls == 10) {
      EXPECT_TRUE(place->runner.Cancel("mine").ok());
    }
    if (down && calls % 3 != 0) return absl::PermissionDeniedError("bad key");
    return EvaluateHouse::EchoInput(request);
  });
  place = &house;
  KeepingSink first;
  ASSERT_FALSE(house.Run(OneAtATime(), first).ok());
  size_t answered = 0;
  for (const auto& result : house.StoredResults("mine")) answered += result.status_code() == 0 ? 1 : 0;
  ASSERT_GT(house.StoredResults("mine").size(), answered);
  ASSERT_GT(answered, 0U);

  down = false;
  KeepingSink second;
  ASSERT_TRUE(house.Run(OneAtATime(), second).ok());
  EXPECT_EQ(second.results().size(), 20 - answered);
  EXPECT_EQ(second.report().candidates(0).calls() + second.report().candidates(1).calls(), 20);
  EXPECT_EQ(second.report().candidates(0).failed() + second.report().candidates(1).failed(), 0);
  EXPECT_TRUE(second.report().failures().empty());
  const auto stored = house.StoredResults("mine");
  std::set<std::string> different;
  for (const auto& result : stored) {
    EXPECT_EQ(result.status_code(), 0) << "replaced by the answer";
    different.insert(StrCat(result.case_id(), "/", result.candidate()));
  }
  EXPECT_EQ(stored.size(), 20U);
  EXPECT_EQ(different.size(), 20U);
  EXPECT_EQ(house.runner.Get("mine")->done(), 20);
}

TEST(RunResume, WhatFailedBeforeCountsUntilItIsReplaced) {
  EvaluateHouse* place = nullptr;
  int calls = 0;
  int last = 8;  // call of a run
  EvaluateHouse house([&](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    if (++calls == last) {
      EXPECT_TRUE(place->runner.Cancel("mine").ok());
      return absl::CancelledError("with the run");
    }
    if (calls % 2 == 0) return absl::PermissionDeniedError("bad key");
    return EvaluateHouse::EchoInput(request);
  });
  place = &house;
  for (const int stop_at : {8, 1, 2}) {  // the resumed runs end before they have asked all that failed
    calls = 0;
    last = stop_at;
    KeepingSink sink;
    ASSERT_FALSE(house.Run(OneAtATime(), sink).ok());
    int64_t failed = 0;
    const auto stored = house.StoredResults("mine");
    for (const auto& result : stored) failed += result.status_code() != 0 ? 1 : 0;
    const v1::EvaluationReport report = sink.report();
    EXPECT_EQ(report.candidates(0).calls() + report.candidates(1).calls(), static_cast<int64_t>(stored.size()));
    EXPECT_EQ(report.candidates(0).failed() + report.candidates(1).failed(), failed);
    EXPECT_EQ(report.failures().at("bad key"), failed);
    EXPECT_EQ(house.runner.Get("mine")->done(), static_cast<int64_t>(stored.size()));
  }
}

TEST(RunResume, AnotherRequestDoesNotResume) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Request(), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(2));
  run.Cancel();
  ASSERT_FALSE(run.Wait().ok());
  house.provider->Release();
  v1::EvaluateRequest other = Request();
  other.mutable_cases(0)->set_output("other");
  EXPECT_EQ(ErrorReason(house.Run(other, sink)), "EVALUATION_EXISTS");
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::CANCELLED);
  EXPECT_TRUE(house.Run(Request(), sink).ok());
}

// What a killed process leaves: RUNNING, with a part of the results.
TEST(RunResume, WhatAKilledServerLeftIsMarkedAndCanGoOn) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Request(), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(2));
  const auto left = house.store->GetEvaluation("mine");
  ASSERT_TRUE(left.ok() && left->has_value());
  EXPECT_EQ((*left)->state, v1::RUNNING);

  EvaluateHouse next;
  ASSERT_TRUE(next.store->PutEvaluation(**left).ok());
  ASSERT_TRUE(next.store->PutEvaluation({.id = "done", .time_us = 1, .state = v1::SUCCEEDED, .payload = ""}).ok());
  v1::CaseResult result;
  result.set_case_id("case-1");
  result.add_scores(1);
  ASSERT_TRUE(next.store->AppendResults("mine", 0, {result.SerializeAsString()}).ok());
  ASSERT_TRUE(next.runner.RecoverInterrupted().ok());
  const auto marked = next.runner.Get("mine");
  ASSERT_TRUE(marked.ok());
  EXPECT_EQ(marked->state(), v1::INTERRUPTED);
  EXPECT_EQ(marked->report().state(), v1::INTERRUPTED);
  EXPECT_EQ(marked->done(), 1);
  EXPECT_EQ(marked->calls(), 20);
  EXPECT_EQ(next.StoredResults("mine").size(), 1U);
  EXPECT_EQ((*next.store->GetEvaluation("done"))->state, v1::SUCCEEDED);

  KeepingSink resumed;
  ASSERT_TRUE(next.Run(Request(), resumed).ok());
  EXPECT_EQ(next.provider->calls(), 19U);
  EXPECT_EQ(next.runner.Get("mine")->done(), 20);
  run.Cancel();
  EXPECT_FALSE(run.Wait().ok());
}

TEST(RunResume, ResultsAreCountedByFewLookUps) {
  EvaluateHouse house;
  int64_t stored = 0;
  for (const int64_t count : {0, 1, 2, 3, 4, 7, 8, 100, 1023, 1024, 1025}) {
    while (stored < count) ASSERT_TRUE(house.store->AppendResults("e", stored++, {""}).ok());
    EXPECT_EQ(*CountResults(*house.store, "e"), count);
  }
}

}  // namespace
}  // namespace attune
