// Runs that do not come to their end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

v1::EvaluateRequest Cases(int count) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(count);
  request.set_evaluation_id("mine");
  request.set_concurrency(4);
  return request;
}

TEST(RunStop, TheCallersLeavingCancelsTheCalls) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Cases(10), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(4));
  run.Cancel();
  EXPECT_TRUE(absl::IsCancelled(run.Wait()));
  EXPECT_EQ(house.provider->cancelled(), 4U);
  EXPECT_EQ(house.provider->calls(), 4U);
  const auto evaluation = house.runner.Get("mine");
  ASSERT_TRUE(evaluation.ok());
  EXPECT_EQ(evaluation->state(), v1::CANCELLED);
  EXPECT_EQ(evaluation->done(), 0);
  EXPECT_EQ(evaluation->report().candidates(0).estimates_size(), 0);
  EXPECT_TRUE(house.StoredResults("mine").empty()) << "a cancelled call has measured nothing";
}

TEST(RunStop, CancelEvaluationStopsItAndTheStreamTells) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Cases(10), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(4));
  ASSERT_TRUE(house.runner.Cancel("mine").ok());
  EXPECT_EQ(ErrorReason(run.Wait()), "EVALUATION_CANCELLED");
  EXPECT_EQ(sink.report().state(), v1::CANCELLED);
  EXPECT_EQ(house.runner.Cancel("mine")->state(), v1::CANCELLED) << "of a finished one it does nothing";
  EXPECT_EQ(ErrorReason(house.runner.Cancel("nobody").status()), "EVALUATION_NOT_FOUND");
}

TEST(RunStop, ADetachedRunGoesOnWithoutItsCaller) {
  EvaluateHouse house;
  house.provider->Hold();
  v1::EvaluateRequest request = Cases(10);
  request.set_detached(true);
  KeepingSink sink;
  auto run = house.Start(request, sink, house.clock.Now() + absl::Seconds(1));
  ASSERT_TRUE(house.provider->WaitForInFlight(4));
  run.Cancel();
  EXPECT_TRUE(absl::IsCancelled(run.Wait()));
  const size_t events = sink.events().size();
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::RUNNING);
  EXPECT_FALSE(house.runner.Get("mine")->has_report());
  house.clock.Advance(absl::Seconds(2));  // the caller's deadline is not the run's
  house.provider->Release();
  while (house.runner.Get("mine")->state() == v1::RUNNING) std::this_thread::yield();
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::SUCCEEDED);
  EXPECT_EQ(house.StoredResults("mine").size(), 10U);
  EXPECT_EQ(house.provider->cancelled(), 0U);
  EXPECT_EQ(sink.events().size(), events) << "nothing more goes to the sink";
}

TEST(RunStop, ASinkThatRefusesEndsTheRun) {
  EvaluateHouse house;
  KeepingSink sink;
  sink.Refuse(absl::ResourceExhaustedError("slow"));
  EXPECT_TRUE(absl::IsResourceExhausted(house.Run(Cases(10), sink)));
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::CANCELLED);
  EXPECT_EQ(house.provider->calls(), 0U);
}

TEST(RunStop, ASinkThatRefusesIsNoMatterToADetachedRun) {
  EvaluateHouse house;
  KeepingSink sink;
  sink.Refuse(absl::ResourceExhaustedError("slow"));
  v1::EvaluateRequest request = Cases(10);
  request.set_detached(true);
  EXPECT_TRUE(house.Run(request, sink).ok());
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::SUCCEEDED);
}

TEST(RunStop, TheDeadlineEndsTheRunAndKeepsWhatWasMeasured) {
  EvaluateHouse* place = nullptr;
  EvaluateHouse house([&place](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    if (request.messages.back().content != "q3") return EvaluateHouse::EchoInput(request);
    place->clock.Advance(absl::Seconds(11));
    return absl::DeadlineExceededError("the provider did not answer in time");
  });
  place = &house;
  v1::EvaluateRequest request = Cases(10);
  request.set_concurrency(1);
  KeepingSink sink;
  auto run = house.Start(request, sink, house.clock.Now() + absl::Seconds(10));
  EXPECT_TRUE(absl::IsDeadlineExceeded(run.Wait()));
  EXPECT_EQ(sink.report().state(), v1::CANCELLED);
  EXPECT_EQ(sink.results().size(), 2U);
  EXPECT_EQ(sink.report().candidates(0).failed(), 0) << "the third call ended with the run";
  EXPECT_EQ(house.provider->calls(), 3U);
}

TEST(RunStop, ShutdownInterruptsAndRefusesNewRuns) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Cases(10), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(4));
  house.runner.Shutdown();
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::INTERRUPTED);
  EXPECT_EQ(ErrorReason(run.Wait()), "SHUTTING_DOWN");
  KeepingSink other;
  EXPECT_EQ(ErrorReason(house.Run(Cases(1), other)), "SHUTTING_DOWN");
}

TEST(RunStop, AnIdThatRunsIsTaken) {
  EvaluateHouse house;
  house.provider->Hold();
  KeepingSink sink;
  auto run = house.Start(Cases(10), sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(4));
  KeepingSink other;
  EXPECT_EQ(ErrorReason(house.Run(Cases(10), other)), "EVALUATION_EXISTS");
  run.Cancel();
  EXPECT_TRUE(absl::IsCancelled(run.Wait()));
}

TEST(RunStop, OnlySoManyRunAtOnce) {
  EvaluateHouse house;
  house.provider->Hold();
  std::vector<std::unique_ptr<KeepingSink>> sinks;
  std::vector<std::unique_ptr<Running<absl::Status>>> runs;
  for (int i = 0; i < kMaxRunningEvaluations; ++i) {
    v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
    sinks.push_back(std::make_unique<KeepingSink>());
    runs.push_back(std::make_unique<Running<absl::Status>>(house.Start(request, *sinks.back())));
  }
  ASSERT_TRUE(house.provider->WaitForInFlight(kMaxRunningEvaluations));
  KeepingSink more;
  EXPECT_EQ(ErrorReason(house.Run(EvaluateHouse::EchoCases(1), more)), "OVERLOADED");
  house.provider->Release();
  for (auto& run : runs) EXPECT_TRUE(run->Wait().ok());
  EXPECT_TRUE(house.Run(EvaluateHouse::EchoCases(1), more).ok());
}

}  // namespace
}  // namespace attune
