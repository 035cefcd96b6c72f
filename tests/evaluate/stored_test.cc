// What can be read of stored evaluations, and a store that fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluate/records.h"
#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

// A store whose results cannot be written.
class FullStore final : public Store {
 public:
  std::string Describe() const override { return "full"; }
  absl::Status AppendCatalog(absl::Span<const LogRecord> records) override { return memory_->AppendCatalog(records); }
  absl::Status ReplayCatalog(int64_t after, const std::function<absl::Status(const LogRecord&)>& visit) override {
    return memory_->ReplayCatalog(after, visit);
  }
  absl::Status AppendInteractions(absl::Span<const InteractionRecord>) override { return absl::OkStatus(); }
  absl::StatusOr<std::optional<InteractionRecord>> GetInteraction(std::string_view id) override {
    return memory_->GetInteraction(id);
  }
  absl::StatusOr<std::vector<InteractionRecord>> ListInteractions(const InteractionFilter& filter) override {
    return memory_->ListInteractions(filter);
  }
  absl::Status AppendFeedback(const FeedbackRecord& record) override { return memory_->AppendFeedback(record); }
  absl::StatusOr<std::vector<FeedbackRecord>> ListFeedback(std::string_view id) override {
    return memory_->ListFeedback(id);
  }
  absl::Status PutEvaluation(const EvaluationRecord& record) override { return memory_->PutEvaluation(record); }
  absl::StatusOr<std::optional<EvaluationRecord>> GetEvaluation(std::string_view id) override {
    return memory_->GetEvaluation(id);
  }
  absl::StatusOr<std::vector<EvaluationRecord>> ListEvaluations(std::string_view before, size_t limit) override {
    return memory_->ListEvaluations(before, limit);
  }
  absl::Status AppendResults(std::string_view, int64_t, absl::Span<const std::string>) override {
    return Error(absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE").Message("the disk is full");
  }
  absl::StatusOr<std::vector<std::string>> ListResults(std::string_view id, int64_t first, size_t limit) override {
    return memory_->ListResults(id, first, limit);
  }
  absl::Status PutVectors(absl::Span<const VectorRecord> records) override { return memory_->PutVectors(records); }
  absl::StatusOr<FoundVectors> GetVectors(absl::Span<const std::string> keys) override {
    return memory_->GetVectors(keys);
  }

 private:
  std::unique_ptr<Store> memory_ = NewMemoryStore();
};

TEST(Stored, AStoreThatFailsEndsTheRunAsFailed) {
  EvaluateHouse house(std::make_unique<FullStore>());
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(5000);
  request.set_evaluation_id("mine");
  KeepingSink sink;
  EXPECT_EQ(ErrorReason(house.Run(request, sink)), "STORE_UNAVAILABLE");
  EXPECT_EQ(sink.report().state(), v1::FAILED);
  EXPECT_EQ(sink.report().error(), "the disk is full");
  EXPECT_EQ(house.runner.Get("mine")->state(), v1::FAILED);
  EXPECT_LT(house.provider->calls(), 5000U);
}

class StoredTest : public testing::Test {
 protected:
  void Run(const std::string& id, const std::function<void(v1::EvaluateRequest&)>& change = nullptr) {
    v1::EvaluateRequest request = EvaluateHouse::EchoCases(10);
    request.set_evaluation_id(id);
    request.add_metrics()->set_kind(v1::Metric::EXACT);
    request.add_metrics()->set_kind(v1::Metric::TOKEN_F1);
    if (change) change(request);
    KeepingSink sink;
    ASSERT_TRUE(house_.Run(request, sink).ok());
    house_.clock.Advance(absl::Seconds(1));
  }

  absl::StatusOr<v1::CompareEvaluationsResponse> Compare(const std::string& baseline, const std::string& candidate,
                                                         int index = 0) {
    v1::CompareEvaluationsRequest request;
    request.set_baseline_id(baseline);
    request.set_candidate_id(candidate);
    request.set_candidate_candidate(index);
    return house_.runner.Compare(request);
  }

  EvaluateHouse house_{[](const ModelRequest& request) -> absl::StatusOr<ModelAnswer> {
    auto answer = EvaluateHouse::EchoInput(request);
    if (request.parameters.max_tokens == 1 && answer->text < "q4") answer->text += " too much";
    if (request.parameters.max_tokens == 2 && answer->text == "q5") return absl::UnavailableError("down");
    return answer;
  }};
};

TEST_F(StoredTest, ListsNewestFirstWithoutReports) {
  for (const char* id : {"one", "two", "three"}) Run(id);
  auto found = house_.runner.List("", 2);
  ASSERT_TRUE(found.ok() && found->size() == 2);
  EXPECT_EQ((*found)[0].id(), "three");
  EXPECT_EQ((*found)[1].id(), "two");
  EXPECT_FALSE((*found)[0].has_report());
  EXPECT_EQ((*found)[0].state(), v1::SUCCEEDED);
  found = house_.runner.List("two", 5);
  ASSERT_TRUE(found.ok() && found->size() == 1);
  EXPECT_EQ((*found)[0].id(), "one");
  EXPECT_EQ(ErrorReason(house_.runner.Get("nobody").status()), "EVALUATION_NOT_FOUND");
}

TEST_F(StoredTest, ComparesOnEveryMetricThatBothHave) {
  Run("base", [](auto& request) { request.mutable_grid()->add_max_tokens(1); });
  Run("new");
  const auto compared = Compare("base", "new");
  ASSERT_TRUE(compared.ok()) << compared.status();
  ASSERT_EQ(compared->comparisons_size(), 2);
  const v1::Comparison& exact = compared->comparisons(0);
  EXPECT_EQ(exact.metric(), "exact");
  EXPECT_EQ(exact.test(), "mcnemar-exact");
  EXPECT_EQ(exact.cases(), 10);
  EXPECT_EQ(exact.wins(), 4);  // q1, q10, q2, q3
  EXPECT_EQ(exact.losses(), 0);
  EXPECT_NEAR(exact.p_value(), 2 / 16.0, 1e-12);
  const v1::Comparison& words = compared->comparisons(1);
  EXPECT_EQ(words.metric(), "token_f1");
  EXPECT_EQ(words.test(), "paired-bootstrap");
  EXPECT_DOUBLE_EQ(words.difference(), 4 * 0.5 / 10);
}

TEST_F(StoredTest, PairsOnlyTheSameCases) {
  Run("base");
  Run("other", [](auto& request) {
    request.mutable_cases(0)->set_output("changed");
    request.mutable_cases(1)->set_id("renamed");
    request.mutable_cases(2)->set_input("another question");
    v1::Message& turn = *request.mutable_cases(6)->add_history();
    turn.set_role("user");
    turn.set_content("Hello");
    request.mutable_grid()->add_max_tokens(2);
  });
  const auto compared = Compare("base", "other");
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->comparisons(0).cases(), 6);
  EXPECT_EQ(compared->comparisons(0).losses(), 1) << "a failed call scores 0";
}

// As stored before results had a hash of their question.
TEST_F(StoredTest, PairsOldResultsByTheirExpectedOutput) {
  Run("base");
  Run("new");
  auto results = house_.StoredResults("base");
  std::vector<std::string> old;
  for (v1::CaseResult& result : results) {
    result.clear_question_hash();
    result.clear_input();
    if (old.size() == 3) result.set_expected("changed");
    old.push_back(result.SerializeAsString());
  }
  ASSERT_TRUE(house_.store->AppendResults("base", 0, old).ok());
  const auto compared = Compare("base", "new");
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->comparisons(0).cases(), 9);
}

TEST_F(StoredTest, WhatCannotBeComparedIsAnError) {
  Run("base");
  Run("strangers", [](auto& request) {
    for (auto& item : *request.mutable_cases()) item.set_id("x" + item.input());
  });
  Run("metric", [](auto& request) {
    request.clear_metrics();
    request.add_metrics()->set_kind(v1::Metric::CONTAINS);
  });
  Run("other-way", [](auto& request) {
    request.clear_metrics();
    request.add_metrics()->set_kind(v1::Metric::EXACT);
    request.mutable_metrics(0)->set_ignore_case(false);
  });
  EXPECT_EQ(ErrorReason(Compare("base", "other-way").status()), "NO_COMMON_METRICS") << "exact, but of another kind";
  EXPECT_EQ(ErrorReason(Compare("base", "strangers").status()), "NO_COMMON_CASES");
  EXPECT_EQ(ErrorReason(Compare("base", "metric").status()), "NO_COMMON_METRICS");
  EXPECT_EQ(ErrorReason(Compare("base", "nobody").status()), "EVALUATION_NOT_FOUND");
  EXPECT_EQ(ErrorReason(Compare("base", "base", 1).status()), "CANDIDATE_NOT_FOUND");
  EXPECT_EQ(ErrorReason(Compare("base", "base", -1).status()), "CANDIDATE_NOT_FOUND");
}

TEST(RequestHash, IsOfWhatIsMeasuredOnly) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(2);
  for (const char* name : {"a", "b", "c", "d", "e"}) (*request.mutable_cases(0)->mutable_variables())[name] = name;
  v1::EvaluateRequest same;
  same.ParseFromString(request.SerializeAsString());
  same.set_concurrency(9);
  same.set_quiet(true);
  same.set_detached(true);
  same.set_description("again");
  same.set_evaluation_id("id");
  EXPECT_EQ(RequestHash(same), RequestHash(request));
  same.set_seed(1);
  EXPECT_NE(RequestHash(same), RequestHash(request));
}

}  // namespace
}  // namespace attune
