#include "ask/ask_stats.h"

#include <gmock/gmock.h>

#include <memory>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

AskResult Answered(const std::string& model, const std::string& route = "") {
  AskResult result;
  result.interaction_id = "i";
  result.model = model;
  result.route = route;
  result.finish_reason = FinishReason::kStop;
  result.usage = {
      .reported = true, .input_tokens = 100, .cached_input_tokens = 60, .output_tokens = 10, .reasoning_tokens = 4};
  result.timing = {.total = absl::Milliseconds(55),
                   .provider = absl::Milliseconds(50),
                   .first_text = absl::Milliseconds(25),
                   .provider_first_text = absl::Milliseconds(21),
                   .attempts = 3};
  result.model_cost = Money{250, "USD"};
  return result;
}

AskResult Failed(const std::string& model) {
  AskResult result;
  result.interaction_id = "i";
  result.model = model;
  result.timing = {.total = absl::Milliseconds(2), .provider = absl::Milliseconds(1), .attempts = 1};
  return result;
}

absl::Status Because(std::string_view reason) { return Error(absl::StatusCode::kInternal, reason).Message("m"); }

class AskStatsTest : public testing::Test {
 protected:
  // Null: there is none.
  const ModelStats* Row(std::string_view asked, std::string_view answered) const {
    for (const ModelStats* row : stats_->Rows()) {
      if (row->asked == asked && row->answered == answered) return row;
    }
    return nullptr;
  }
  static int64_t Outcome(const ModelStats& row, std::string_view outcome) {
    for (size_t i = 0; i < kOutcomes.size(); ++i) {
      if (kOutcomes[i] == outcome) return row.outcomes[i];
    }
    ADD_FAILURE() << "no outcome " << outcome;
    return 0;
  }

  const std::unique_ptr<AskStats> stats_ = std::make_unique<AskStats>();
};

TEST_F(AskStatsTest, CountsAnAnswer) {
  stats_->Add(Answered("a/m"), absl::OkStatus());
  const ModelStats* row = Row("a/m", "a/m");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(Outcome(*row, "ok"), 1);
  EXPECT_EQ(row->retries, 2);
  EXPECT_EQ(row->fallbacks, 0);
  EXPECT_EQ(row->cached, 0);
  EXPECT_EQ(row->cached_input_tokens, 60);
  EXPECT_EQ(row->reasoning_tokens, 4);
  EXPECT_EQ(row->input_tokens.Read().sum, 100);
  EXPECT_EQ(row->output_tokens.Read().sum, 10);
  EXPECT_THAT(row->cost.Read(), testing::ElementsAre(Money{250, "USD"}));
  EXPECT_EQ(row->unknown_costs, 0);
  EXPECT_EQ(row->total.Read().sum, 55'000'000);
  EXPECT_EQ(row->provider[0].Read().sum, 50'000'000);
  EXPECT_EQ(row->overhead.Read().sum, 5'000'000);
  EXPECT_EQ(row->first_text.Read().sum, 21'000'000);
}

TEST_F(AskStatsTest, ARouteIsAskedAndAModelAnswers) {
  AskResult result = Answered("b/m", "route/main");
  result.fallback = true;
  stats_->Add(result, absl::OkStatus());
  ASSERT_NE(Row("route/main", "b/m"), nullptr);
  EXPECT_EQ(Row("route/main", "b/m")->fallbacks, 1);
}

TEST_F(AskStatsTest, CountsFailuresByTheirReason) {
  stats_->Add(Failed("a/m"), Because("PROVIDER_CUT"));
  stats_->Add(Failed("a/m"), Because("PROVIDER_CUT"));
  stats_->Add(Failed("a/m"), Because("WHAT_NOBODY_KNOWS"));
  stats_->Add(Failed("a/m"), absl::CancelledError("the caller went away"));
  const ModelStats* row = Row("a/m", "");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(Outcome(*row, "PROVIDER_CUT"), 2);
  EXPECT_EQ(Outcome(*row, "CANCELLED"), 1);
  EXPECT_EQ(Outcome(*row, "_OTHER"), 1);
  EXPECT_EQ(row->provider[OutcomeOf(Because("PROVIDER_CUT"))].Read().count, 2);
  EXPECT_EQ(row->provider[0].Read().count, 0);
  EXPECT_EQ(row->input_tokens.Read().count, 0) << "no usage was reported";
  EXPECT_EQ(row->unknown_costs, 0) << "of answers only";
}

TEST_F(AskStatsTest, AnAnswerThatDoesNotFitItsSchemaWasAnswered) {
  stats_->Add(Answered("a/m"), Because("ANSWER_NOT_VALID"));
  ASSERT_NE(Row("a/m", "a/m"), nullptr);
  EXPECT_EQ(Row("a/m", "a/m")->input_tokens.Read().sum, 100) << "its tokens were spent";
  EXPECT_THAT(Row("a/m", "a/m")->cost.Read(), testing::ElementsAre(Money{250, "USD"})) << "and its money";
}

TEST_F(AskStatsTest, WhatIsGivenAgainIsOnlyCounted) {
  AskResult result = Answered("a/m");
  result.cached = true;
  stats_->Add(result, absl::OkStatus());
  const ModelStats* row = Row("a/m", "a/m");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(Outcome(*row, "ok"), 1);
  EXPECT_EQ(row->cached, 1);
  EXPECT_EQ(row->retries, 0);
  EXPECT_EQ(row->total.Read().count, 0);
  EXPECT_EQ(row->input_tokens.Read().count, 0);
  EXPECT_THAT(row->cost.Read(), testing::IsEmpty());
}

TEST_F(AskStatsTest, AnAnswerOfUnknownCostIsCountedApart) {
  AskResult result = Answered("a/m");
  for (const std::optional<Money>& cost : std::vector<std::optional<Money>>{
           std::nullopt, Money{1, "USD"}, Money{2, "EUR"}, Money{3, "CHF"}, Money{4, "JPY"}, Money{5, "SEK"}}) {
    result.model_cost = cost;
    stats_->Add(result, absl::OkStatus());
  }
  EXPECT_EQ(Row("a/m", "a/m")->unknown_costs, 2) << "the one without a price, and the fifth currency";
  EXPECT_EQ(Row("a/m", "a/m")->cost.Read().size(), CostTotals::kCurrencies);
  result.model_cost = Money();
  stats_->Add(result, absl::OkStatus());
  EXPECT_EQ(Row("a/m", "a/m")->unknown_costs, 2) << "what is free is known";
}

TEST_F(AskStatsTest, WhatIsRefusedBeforeItBeginsTakesNoTime) {
  stats_->Add(AskResult(), Because("OVERLOADED"));
  const ModelStats* row = Row("", "");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(Outcome(*row, "OVERLOADED"), 1);
  EXPECT_EQ(row->total.Read().count, 0);
}

TEST_F(AskStatsTest, WithoutACallThereIsNoTimeOfAProvider) {
  AskResult result = Failed("a/m");
  result.timing.attempts = 0;
  stats_->Add(result, Because("BREAKER_OPEN"));
  EXPECT_EQ(Row("a/m", "")->provider[OutcomeOf(Because("BREAKER_OPEN"))].Read().count, 0);
}

TEST_F(AskStatsTest, AClockThatIsSetBackGivesNoNegativeTime) {
  AskResult result = Answered("a/m");
  result.timing.total = absl::Milliseconds(-7);
  stats_->Add(result, absl::OkStatus());
  EXPECT_EQ(Row("a/m", "a/m")->total.Read().sum, 0);
  EXPECT_EQ(Row("a/m", "a/m")->overhead.Read().sum, 0);
}

TEST_F(AskStatsTest, NamesThatCallersMakeUpOpenNoRows) {
  for (const char* reason : {"BAD_MODEL", "MODEL_NOT_FOUND", "PROVIDER_NOT_FOUND", "ROUTE_NOT_FOUND"}) {
    stats_->Add(Failed(StrCat("made/up-", reason)), Because(reason));
    EXPECT_EQ(Outcome(*stats_->Rows().back(), reason), 1);
  }
  EXPECT_EQ(stats_->Rows().size(), 1u);
  stats_->Add(Failed("a/m"), Because("PROVIDER_CUT"));
  stats_->Add(Failed("a/m"), Because("MODEL_NOT_FOUND"));
  EXPECT_EQ(Outcome(*Row("a/m", ""), "MODEL_NOT_FOUND"), 1) << "a model that was there once";
}

TEST_F(AskStatsTest, KeepsABoundedNumberOfModelsApart) {
  constexpr size_t kTooMany = kMaxModelStats + 100;
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < kTooMany; ++i) stats_->Add(Answered(StrCat("a/m", i)), absl::OkStatus());
  }
  const std::vector<const ModelStats*> rows = stats_->Rows();
  ASSERT_EQ(rows.size(), kMaxModelStats + 1);
  EXPECT_EQ(rows.back()->asked, "other");
  EXPECT_EQ(Outcome(*rows.back(), "ok"), 2 * 100);
  EXPECT_EQ(Outcome(*Row("a/m0", "a/m0"), "ok"), 2);
}

TEST_F(AskStatsTest, ThreadsShareTheRowsThatTheyOpen) {
  constexpr int kThreads = 4, kModels = 200, kTimes = 20;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < kModels * kTimes; ++n) stats_->Add(Answered(StrCat("a/m", n % kModels)), absl::OkStatus());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<const ModelStats*> rows = stats_->Rows();
  ASSERT_EQ(rows.size(), kModels + 1u);
  for (const ModelStats* row : rows) EXPECT_EQ(Outcome(*row, "ok"), row->asked == "other" ? 0 : kThreads * kTimes);
}

}  // namespace
}  // namespace attune
