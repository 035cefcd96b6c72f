// A run from its start to its report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(Run, StreamsStartProgressResultsAndReport) {
  EvaluateHouse house;
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(10);
  request.mutable_cases(3)->set_output("something else");
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  const auto events = sink.events();
  ASSERT_TRUE(events.front().has_start());
  EXPECT_EQ(events.front().start().calls(), 10);
  EXPECT_EQ(events.front().start().cases(), 10);
  EXPECT_THAT(events.front().start().candidates(), ElementsAre("default@1"));
  ASSERT_TRUE(events[events.size() - 2].has_progress());
  EXPECT_EQ(events[events.size() - 2].progress().done(), 10);
  const v1::EvaluationReport report = sink.report();
  EXPECT_EQ(report.state(), v1::SUCCEEDED);
  ASSERT_EQ(report.candidates_size(), 1);
  EXPECT_EQ(report.candidates(0).prompt(), "default@1");
  EXPECT_EQ(report.candidates(0).calls(), 10);
  EXPECT_EQ(report.candidates(0).usage().input_tokens(), 20);
  EXPECT_TRUE(report.candidates(0).usage().reported());
  ASSERT_EQ(report.candidates(0).estimates_size(), 1);
  EXPECT_DOUBLE_EQ(report.candidates(0).estimates(0).mean(), 0.9);
  EXPECT_EQ(report.candidates(0).estimates(0).method(), "wilson");
  EXPECT_EQ(sink.results().size(), 10U);
}

TEST(Run, StoresWhatItStreams) {
  EvaluateHouse house;
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(700);  // several batches
  request.set_evaluation_id("mine");
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  const auto streamed = sink.results();
  const auto stored = house.StoredResults("mine");
  ASSERT_EQ(streamed.size(), 700U);
  ASSERT_EQ(stored.size(), 700U);
  for (size_t i = 0; i < stored.size(); ++i) {
    EXPECT_EQ(stored[i].SerializeAsString(), streamed[i].SerializeAsString());
  }
  const auto evaluation = house.runner.Get("mine");
  ASSERT_TRUE(evaluation.ok());
  EXPECT_EQ(evaluation->report().SerializeAsString(), sink.report().SerializeAsString());
  EXPECT_EQ(evaluation->state(), v1::SUCCEEDED);
  EXPECT_EQ(evaluation->done(), 700);
  EXPECT_EQ(evaluation->request().cases_size(), 0);
  EXPECT_EQ(evaluation->request().metrics(0).name(), "exact");
}

TEST(Run, QuietStreamsNoResults) {
  EvaluateHouse house;
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(5);
  request.set_quiet(true);
  request.set_evaluation_id("mine");
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  EXPECT_TRUE(sink.results().empty());
  EXPECT_EQ(sink.report().candidates(0).calls(), 5);
  EXPECT_EQ(house.StoredResults("mine").size(), 5U);
}

TEST(Run, NeverHasMoreCallsInFlightThanAllowed) {
  EvaluateHouse house;
  house.provider->Hold();
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(40);
  request.set_concurrency(7);
  KeepingSink sink;
  auto run = house.Start(request, sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(7));
  house.provider->Release();
  ASSERT_TRUE(run.Wait().ok());
  EXPECT_EQ(house.provider->most_in_flight(), 7U);
  EXPECT_EQ(house.provider->calls(), 40U);
}

TEST(Run, AFailedCallScoresZeroAndIsCounted) {
  EvaluateHouse house([](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    if (request.messages.back().content == "q2") return absl::UnavailableError("the provider is down");
    return EvaluateHouse::EchoInput(request);
  });
  KeepingSink sink;
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(4);
  ASSERT_TRUE(house.Run(request, sink).ok());
  const v1::EvaluationReport report = sink.report();
  EXPECT_EQ(report.state(), v1::SUCCEEDED);
  EXPECT_EQ(report.candidates(0).failed(), 1);
  EXPECT_EQ(report.candidates(0).calls(), 4);
  EXPECT_DOUBLE_EQ(report.candidates(0).estimates(0).mean(), 0.75);
  EXPECT_EQ(report.candidates(0).estimates(0).cases(), 4);
  EXPECT_EQ(report.failures().at("the provider is down"), 1);
  EXPECT_EQ(house.provider->calls(), 4U) << "a failed call is not tried again";
  for (const v1::CaseResult& result : sink.results()) {
    EXPECT_EQ(result.status_code(), result.case_id() == "case-2" ? 14 : 0);
    EXPECT_EQ(result.scores_size(), result.case_id() == "case-2" ? 0 : 1);
  }
}

TEST(Run, ManyKindsOfFailureStayFew) {
  int number = 0;
  EvaluateHouse house([&number](const ModelRequest&) -> absl::StatusOr<ModelAnswer> {
    return absl::UnavailableError(StrCat("trouble ", number++));
  });
  KeepingSink sink;
  ASSERT_TRUE(house.Run(EvaluateHouse::EchoCases(50), sink).ok());
  EXPECT_EQ(sink.report().failures().size(), 33U);
  EXPECT_EQ(sink.report().failures().at("other failures"), 18);
}

TEST(Run, AScoreIsTheMeanOfItsRepeats) {
  std::map<std::string, int> asked;  // one I/O thread
  EvaluateHouse house([&asked](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    auto answer = EvaluateHouse::EchoInput(request);
    if (++asked[answer->text] == 1) answer->text = "wrong";
    return answer;
  });
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(6);
  request.set_repeats(4);
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  const v1::Estimate estimate = sink.report().candidates(0).estimates(0);
  EXPECT_DOUBLE_EQ(estimate.mean(), 0.75);
  EXPECT_EQ(estimate.cases(), 6);
  EXPECT_EQ(estimate.method(), "wilson");  // the six scores are equal
  std::set<int> repeats;
  for (const v1::CaseResult& result : sink.results()) repeats.insert(result.repeat());
  EXPECT_THAT(repeats, ElementsAre(0, 1, 2, 3));
}

TEST(Run, ComparesEveryCandidateWithTheFirst) {
  EvaluateHouse house([](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    auto answer = EvaluateHouse::EchoInput(request);
    if (*request.parameters.max_tokens == 1 && answer->text.size() == 2) answer->text = "cut";  // q1 ... q9
    return answer;
  });
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(20);
  request.mutable_grid()->add_max_tokens(1);
  request.mutable_grid()->add_max_tokens(2);
  request.mutable_grid()->add_max_tokens(1);
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  const v1::EvaluationReport report = sink.report();
  ASSERT_EQ(report.comparisons_size(), 2);
  const v1::Comparison& better = report.comparisons(0);
  EXPECT_EQ(better.candidate(), 1);
  EXPECT_EQ(better.wins(), 9);
  EXPECT_EQ(better.losses(), 0);
  EXPECT_DOUBLE_EQ(better.difference(), 0.45);
  EXPECT_NEAR(better.p_value(), 2 / 512.0, 1e-12);
  EXPECT_GT(better.low(), 0);
  EXPECT_EQ(report.comparisons(1).p_value(), 1);
}

// The catalog changes while the run goes on; the run does not.
TEST(Run, MeasuresOneRevision) {
  EvaluateHouse house([](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    ModelAnswer answer;
    for (const Message& message : request.messages) answer.text += message.content + "|";
    return answer;
  });
  house.PutExamples("default", {{.id = "e", .input = "q of old", .output = "old"}});
  house.provider->Hold();
  v1::EvaluateRequest request;
  for (int i = 0; i < 30; ++i) request.add_cases()->set_input(StrCat("q of ", i));
  request.set_concurrency(2);
  KeepingSink sink;
  auto run = house.Start(request, sink);
  ASSERT_TRUE(house.provider->WaitForInFlight(2));
  house.PutExamples("default", {{.id = "e", .input = "q of old", .output = "new"}});
  house.PutPrompt("default", {.messages = {{Role::kUser, "New {{input}}"}}});
  house.provider->Release();
  ASSERT_TRUE(run.Wait().ok());
  EXPECT_EQ(sink.report().revision(), 2);
  ASSERT_EQ(sink.results().size(), 30U);
  for (const v1::CaseResult& result : sink.results()) {
    EXPECT_THAT(result.text(), testing::StartsWith("q of old|old|q of ")) << result.case_id();
    EXPECT_THAT(result.example_ids(), ElementsAre("e"));
  }
}

TEST(Run, ACaseAndItsDuplicatesAreNotItsExamples) {
  EvaluateHouse house;
  house.PutExamples("default", {{.id = "same-id", .input = "warranty of the red product", .output = "1"},
                                {.id = "same-input", .input = "Warranty of the product?", .output = "2"},
                                {.id = "other", .input = "the warranty of a blue product", .output = "3"}});
  v1::EvaluateRequest request;
  v1::Case& item = *request.add_cases();
  item.set_id("same-id");
  item.set_input("warranty of the product");
  v1::Case& unnamed = *request.add_cases();
  unnamed.set_input("warranty of the product");
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  for (const v1::CaseResult& result : sink.results()) {
    if (result.case_id() == "same-id") {
      EXPECT_THAT(result.example_ids(), ElementsAre("other"));
    } else {
      EXPECT_THAT(result.example_ids(), UnorderedElementsAre("other", "same-id"));
    }
  }
}

TEST(Run, WhatAPromptDoesBelowACoverageItDoesHere) {
  EvaluateHouse house;
  house.PutExamples("default", {{.id = "a", .input = "warranty of the lamp", .output = "1"}});
  const auto put = [&](const std::string& name, LowCoverage low) {
    house.PutPrompt(name, {.messages = {{Role::kUser, "{{input}}"}},
                           .few_shot = {.dataset = "default", .low_coverage = std::move(low)}});
  };
  put("text", {.below = 0.5, .then = LowCoverageAction::kFixedText, .text = "call us"});
  put("refusal", {.below = 0.5, .then = LowCoverageAction::kRefuse});
  v1::EvaluateRequest request;
  request.add_cases()->set_input("zebra");
  request.mutable_cases(0)->set_output("call us");
  request.add_candidates()->set_prompt("text");
  request.add_candidates()->set_prompt("refusal");
  KeepingSink sink;
  ASSERT_TRUE(house.Run(request, sink).ok());
  const auto results = sink.results();
  ASSERT_EQ(results.size(), 2u);
  const v1::CaseResult& text = results[results[0].candidate() == 0 ? 0 : 1];
  const v1::CaseResult& refusal = results[results[0].candidate() == 0 ? 1 : 0];
  EXPECT_EQ(text.text(), "call us");
  EXPECT_EQ(text.scores(0), 1);
  EXPECT_EQ(refusal.status_code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(sink.report().candidates(1).failed(), 1);
}

// builtin/nearest answers in place; an Ask on the same I/O thread has its turn all the same.
TEST(Run, LeavesTheThreadToOtherWork) {
  EvaluateHouse house;
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(3000);
  request.mutable_grid()->add_models("builtin/nearest");
  request.set_concurrency(1024);
  KeepingSink sink;
  auto run = house.Start(request, sink);
  AskRequest question;
  question.input = "between";
  ASSERT_TRUE(RunCoroutine(house.io, house.asker.Ask(question, absl::InfiniteFuture(), nullptr)).ok());
  std::promise<size_t> results_then;
  sink.SetUnsent(0, 1);  // the calls have begun
  asio::post(house.io.at(0), [&] { results_then.set_value(sink.results().size()); });
  EXPECT_LT(results_then.get_future().get(), 2900U);
  ASSERT_TRUE(run.Wait().ok());
  EXPECT_EQ(sink.results().size(), 3000U);
}

TEST(Run, WaitsForASlowReader) {
  EvaluateHouse house;
  KeepingSink sink;
  sink.SetUnsent(2 << 20);
  auto run = house.Start(EvaluateHouse::EchoCases(5), sink);
  sink.SetUnsent(2 << 20, 3);
  EXPECT_EQ(house.provider->calls(), 0U);
  sink.SetUnsent(0);
  ASSERT_TRUE(run.Wait().ok());
  EXPECT_EQ(house.provider->calls(), 5U);
}

}  // namespace
}  // namespace attune
