#include "evaluate/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/evaluate/evaluate_house.h"

namespace attune {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> NamesOf(const EvaluationPlan& plan) {
  std::vector<std::string> names;
  for (const PlannedCandidate& candidate : plan.candidates) names.push_back(candidate.report.name());
  return names;
}

std::vector<std::string> IdsOf(const EvaluationPlan& plan) {
  std::vector<std::string> ids;
  for (const EvaluationCase& item : plan.cases) ids.push_back(item.id);
  return ids;
}

class PlanTest : public testing::Test {
 protected:
  EvaluationPlan Plan(v1::EvaluateRequest request) {
    *request.mutable_metrics() = *Metrics::Resolve(request.metrics());
    auto plan = PlanEvaluation(request, house_.asker, 0);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? *std::move(plan) : EvaluationPlan();
  }
  absl::Status Refusal(const v1::EvaluateRequest& request) { return house_.Refusal(request); }

  EvaluateHouse house_;
};

TEST(QuestionHash, IsOfAllThatIsAsked) {
  const std::vector<EvaluationCase> different = {
      {.input = "q"},
      {.input = "Q"},
      {.input = "q", .variables = {{"a", "b"}}},
      {.input = "q", .variables = {{"a", "c"}}},
      {.input = "q", .variables = {{"user", "b"}}},
      {.input = "q", .history = {{Role::kUser, "b"}}},
      {.input = "q", .history = {{Role::kAssistant, "b"}}},
      {.input = "", .variables = {{"q", ""}}},
  };
  std::set<std::string> hashes;
  for (const EvaluationCase& item : different) hashes.insert(item.QuestionHash());
  EXPECT_EQ(hashes.size(), different.size());
  EvaluationCase same = different[3];
  same.id = "other";
  same.output = "other";
  EXPECT_EQ(same.QuestionHash(), different[3].QuestionHash()) << "the id and the answer are not asked";
}

TEST_F(PlanTest, WithoutCandidatesItIsTheDefaultPromptAsItStands) {
  const EvaluationPlan plan = Plan(EvaluateHouse::EchoCases(2));
  EXPECT_THAT(NamesOf(plan), ElementsAre("default@1"));
  EXPECT_THAT(IdsOf(plan), ElementsAre("case-1", "case-2"));
  EXPECT_EQ(plan.revision, 1);
  EXPECT_EQ(plan.repeats, 1);
  EXPECT_EQ(plan.concurrency, kDefaultEvaluationConcurrency);
  EXPECT_EQ(plan.candidates[0].report.parameters().model(), "fake/echo");
  EXPECT_EQ(plan.candidates[0].report.parameters().max_examples(), kDefaultExamples);
  EXPECT_EQ(plan.candidates[0].report.strategy(), v1::LEXICAL);
}

TEST_F(PlanTest, TheGridMultipliesAndNamesTellWhatDiffers) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  request.mutable_grid()->add_models("builtin/nearest");  // the same for all: not in the names
  request.mutable_grid()->add_temperatures(0);
  request.mutable_grid()->add_temperatures(0.5);
  request.mutable_grid()->add_shots(0);
  request.mutable_grid()->add_shots(8);
  request.mutable_grid()->add_strategies(v1::RANDOM);
  const EvaluationPlan plan = Plan(request);
  EXPECT_THAT(NamesOf(plan), ElementsAre("temperature 0, shots 0", "temperature 0, shots 8", "temperature 0.5, shots 0",
                                         "temperature 0.5, shots 8"));
  EXPECT_EQ(*plan.candidates[1].overrides.max_examples, 8);
  EXPECT_EQ(*plan.candidates[1].overrides.model, "builtin/nearest");
  EXPECT_EQ(plan.candidates[1].report.strategy(), v1::RANDOM);
}

TEST_F(PlanTest, TheGridTriesChoicesOfTheSet) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  request.mutable_grid()->add_choices(v1::MMR);
  request.mutable_grid()->add_choices(v1::TERM_COVER);
  const EvaluationPlan plan = Plan(request);
  EXPECT_THAT(NamesOf(plan), ElementsAre("MMR", "TERM_COVER"));
  EXPECT_EQ(plan.candidates[1].report.choice(), v1::TERM_COVER);
  EXPECT_EQ(*plan.VariantFor(plan.Call(1)).choice, Choice::kTermCover);
  request.mutable_grid()->clear_choices();
  request.add_candidates()->set_choice(v1::TERM_COVER);
  EXPECT_EQ(Plan(request).candidates[0].report.choice(), v1::TERM_COVER);
  EXPECT_EQ(Plan(EvaluateHouse::EchoCases(1)).candidates[0].report.choice(), v1::MMR);
}

TEST_F(PlanTest, GivenNamesStayAndGetOnlyTheGrid) {
  house_.PutPrompt("short", {.messages = {{Role::kUser, "Short: {{input}}"}}});
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  request.add_candidates()->set_name("base");
  request.add_candidates()->set_prompt("short");
  request.add_candidates()->set_prompt("short");
  request.mutable_grid()->add_max_tokens(5);
  request.mutable_grid()->add_max_tokens(6);
  EXPECT_THAT(NamesOf(Plan(request)),
              ElementsAre("base, max_tokens 5", "base, max_tokens 6", "short@1, max_tokens 5", "short@1, max_tokens 6",
                          "short@1, max_tokens 5 #2", "short@1, max_tokens 6 #2"));
}

TEST_F(PlanTest, AnAliasThatSplitsTrafficMeansItsMainVersion) {
  house_.PutPrompt("default", {.messages = {{Role::kUser, "New: {{input}}"}}});
  house_.SetAlias("default", "production", {.version = 1, .canary_version = 2, .canary_share = 1, .description = ""});
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  request.add_candidates();
  request.add_candidates()->set_prompt("default@2");
  const EvaluationPlan plan = Plan(request);
  EXPECT_THAT(NamesOf(plan), ElementsAre("default@1", "default@2"));
}

TEST_F(PlanTest, CasesOfADatasetAreItsTestSplit) {
  house_.PutExamples("faq", {{.id = "shown", .input = "a", .output = "A"},
                             {.id = "held", .input = "b", .output = "B", .split = Split::kTest},
                             {.id = "out", .input = "c", .output = "C", .split = Split::kTest}});
  v1::EvaluateRequest request;
  request.set_dataset("faq");
  const EvaluationPlan plan = Plan(request);
  EXPECT_THAT(IdsOf(plan), ElementsAre("held", "out"));
  EXPECT_EQ(plan.cases[0].output, "B");
  EXPECT_EQ(plan.VariantFor(plan.Call(0)).exclusion->id, "held");
  EXPECT_EQ(plan.VariantFor(plan.Call(0)).exclusion->input, "b");
}

TEST_F(PlanTest, ADrawIsEvenAndSeededAndAgreesBetweenVersions) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1000);
  request.set_max_cases(100);
  const auto first = IdsOf(Plan(request));
  EXPECT_EQ(first.size(), 100U);
  EXPECT_EQ(IdsOf(Plan(request)), first);
  request.mutable_cases()->RemoveLast();
  const auto fewer = IdsOf(Plan(request));
  std::vector<std::string> common;
  for (const std::string& id : fewer) {
    if (std::find(first.begin(), first.end(), id) != first.end()) common.push_back(id);
  }
  EXPECT_GE(common.size(), 99U);
  request.set_seed(1);
  EXPECT_NE(IdsOf(Plan(request)), fewer);
  size_t late = 0;  // of the second half, in original order
  for (const std::string& id : first) late += std::stoi(id.substr(5)) > 500 ? 1 : 0;
  EXPECT_GT(late, 30U);
  EXPECT_LT(late, 70U);
}

TEST_F(PlanTest, CallsTakeAllCandidatesOfACaseTogether) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(2);
  request.mutable_grid()->add_shots(0);
  request.mutable_grid()->add_shots(1);
  request.set_repeats(3);
  const EvaluationPlan plan = Plan(request);
  ASSERT_EQ(plan.calls(), 12);
  for (int64_t i = 0; i < plan.calls(); ++i) {
    const PlannedCall call = plan.Call(i);
    EXPECT_EQ(plan.IndexOf(call), i);
    EXPECT_EQ(static_cast<int64_t>(call.item), i / 6);
    EXPECT_EQ(call.repeat, i / 2 % 3);
    EXPECT_EQ(static_cast<int64_t>(call.candidate), i % 2);
  }
}

TEST_F(PlanTest, RepeatsAreNotAnsweredByTheCacheUnlessTheCandidateSaysSo) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  EXPECT_EQ(Plan(request).RequestFor({}).overrides.cache, std::nullopt);
  request.set_repeats(2);
  EXPECT_EQ(Plan(request).RequestFor({}).overrides.cache, false);
  request.add_candidates()->mutable_overrides()->set_cache(true);
  EXPECT_EQ(Plan(request).RequestFor({}).overrides.cache, true);
}

TEST_F(PlanTest, EveryNumberHasItsRange) {
  const struct {
    std::function<void(v1::EvaluateRequest&)> spoil;
    const char* reason;
    const char* field;
  } cases[] = {
      {[](auto& r) { r.set_repeats(-1); }, "BAD_PARAMETER", "repeats"},
      {[](auto& r) { r.set_repeats(101); }, "BAD_PARAMETER", "repeats"},
      {[](auto& r) { r.set_concurrency(1025); }, "BAD_PARAMETER", "concurrency"},
      {[](auto& r) { r.set_max_cases(-1); }, "BAD_PARAMETER", "max_cases"},
      {[](auto& r) { r.set_evaluation_id("No Name"); }, "BAD_NAME", "evaluation_id"},
      {[](auto& r) { r.mutable_cases(1)->set_id("case-1"); }, "BAD_CASE", "cases[1].id"},
      {[](auto& r) { r.mutable_cases(0)->set_id(std::string(257, 'x')); }, "BAD_CASE", "cases[0].id"},
      {[](auto& r) { r.set_dataset("default"); }, "BAD_CASE", "dataset"},
      {[](auto& r) { r.mutable_cases(0)->add_history()->set_role("king"); }, "BAD_ROLE", "history[0].role"},
      {[](auto& r) { r.mutable_grid()->add_temperatures(9); }, "BAD_PARAMETER", "temperature"},
      {[](auto& r) { r.mutable_grid()->add_shots(-1); }, "BAD_PARAMETER", "max_examples"},
      {[](auto& r) { r.mutable_grid()->add_strategies(static_cast<v1::Strategy>(77)); }, "BAD_FEW_SHOT",
       "strategies[0]"},
      {[](auto& r) { r.mutable_grid()->add_models("nobody/x"); }, "PROVIDER_NOT_FOUND", "nobody"},
      {[](auto& r) { r.add_candidates()->set_prompt("nothing"); }, "PROMPT_NOT_FOUND", "nothing"},
      {[](auto& r) { r.add_candidates()->set_prompt("default@9"); }, "VERSION_NOT_FOUND", "9"},
      {[](auto& r) { r.add_candidates()->set_name(std::string(257, 'x')); }, "TOO_LARGE", "candidates[0].name"},
      {[](auto& r) { r.add_metrics(); }, "BAD_METRIC", "metrics[0].kind"},
      {[](auto& r) { (*r.mutable_cases(1)->mutable_variables())["x"] = "1"; }, "UNDECLARED_VARIABLE", "case-2"},
      {[](auto& r) { r.clear_cases(); }, "NO_CASES", "TEST"},
  };
  for (const auto& test : cases) {
    v1::EvaluateRequest request = EvaluateHouse::EchoCases(2);
    test.spoil(request);
    const absl::Status status = Refusal(request);
    EXPECT_EQ(ErrorReason(status), test.reason) << status;
    EXPECT_THAT(status.ToString(), HasSubstr(test.field));
  }
  EXPECT_TRUE(house_.store->ListEvaluations("", 10)->empty()) << "a refused request leaves no trace";
}

TEST_F(PlanTest, ErrorsTellTheCandidateAndTheCase) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  request.add_candidates()->set_name("mine");
  (*request.mutable_cases(0)->mutable_variables())["x"] = "1";
  const absl::Status status = Refusal(request);
  EXPECT_EQ(ErrorMetadata(status, "candidate"), "mine");
  EXPECT_EQ(ErrorMetadata(status, "case"), "case-1");
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("candidate 'mine'"), HasSubstr("case 'case-1'")));
}

TEST_F(PlanTest, TooMuchIsRefusedBeforeItIsMade) {
  v1::EvaluateRequest request = EvaluateHouse::EchoCases(1);
  for (int i = 0; i < 100; ++i) {
    request.mutable_grid()->add_temperatures(i / 100.0);
    request.mutable_grid()->add_max_tokens(i + 1);
    request.mutable_grid()->add_shots(i);
  }
  EXPECT_EQ(ErrorReason(Refusal(request)), "TOO_LARGE");
  request = EvaluateHouse::EchoCases(100'001);
  EXPECT_EQ(ErrorReason(Refusal(request)), "TOO_LARGE");
  request = EvaluateHouse::EchoCases(11'000);
  request.set_repeats(100);
  for (int i = 0; i < 10; ++i) request.mutable_grid()->add_shots(i);
  EXPECT_EQ(ErrorReason(Refusal(request)), "TOO_LARGE");
}

}  // namespace
}  // namespace attune
