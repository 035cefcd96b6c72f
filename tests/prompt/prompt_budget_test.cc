#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/error.h"
#include "base/token_estimate.h"
#include "prompt/build_prompt.h"
#include "tests/prompt/prompt_parts.h"

namespace attune {
namespace {

absl::StatusOr<BuiltPrompt> Build(const PromptContent& content, const std::string& input,
                                  std::vector<ScoredExample> examples) {
  const StringMap variables;
  const std::vector<Message> history;
  return BuildPrompt(*CompileGood(content), {input, variables, history}, {.examples = std::move(examples)});
}

PromptContent WithBudget(int32_t tokens) {
  PromptContent content = FewShotContent({{Role::kUser, "{{input}}"}});
  content.max_input_tokens = tokens;
  return content;
}

std::string IdsOf(const std::vector<ScoredExample>& examples) {
  std::string ids;
  for (const ScoredExample& example : examples) ids += example.example.id();
  return ids;
}

TEST(EstimateTokens, IsATokenForFourBytesAndFourForAMessage) {
  for (const auto& [bytes, tokens] :
       std::vector<std::pair<size_t, int64_t>>{{0, 4}, {1, 5}, {4, 5}, {5, 6}, {400, 104}}) {
    EXPECT_EQ(EstimateTokens(Message{Role::kUser, std::string(bytes, 'x')}), tokens) << bytes;
  }
  EXPECT_EQ(EstimateTokens({{Role::kUser, "abc"}, {Role::kAssistant, "abcde"}}), 11);
  EXPECT_EQ(EstimateTokens(std::vector<Message>()), 0);
}

// The question has 5 plain tokens, an example 10.
TEST(Budget, IsInTokensOfTheModel) {
  const struct {
    double ratio;
    const char* shown;
    int64_t tokens;
  } cases[] = {{1, "ab", 25}, {2, "a", 30}, {0.5, "ab", 13}, {1.0625, "ab", 27}, {3, "a", 45}, {9, "", 45}};
  const std::vector<ScoredExample> examples = {Shown("a", 0, "q", "a"), Shown("b", 1, "q", "a")};
  const StringMap variables;
  const std::vector<Message> history;
  for (const auto& test : cases) {
    const auto built =
        BuildPrompt(*CompileGood(WithBudget(46)), {"now", variables, history, test.ratio}, {.examples = examples});
    ASSERT_TRUE(built.ok()) << built.status();
    EXPECT_EQ(IdsOf(built->examples), test.shown) << test.ratio;
    EXPECT_EQ(built->estimated_input_tokens, test.tokens) << test.ratio;
    EXPECT_EQ(built->plain_input_tokens, EstimateTokens(built->messages));
  }
}

struct BudgetCase {
  int32_t budget;
  const char* shown;  // "-": too long
  int64_t tokens;
};

// The question has 5 tokens, an example 10.
TEST(Budget, DropsTheLeastRelevantFirstAndKeepsTheOrder) {
  const std::vector<ScoredExample> examples = {Shown("c", 2, "q", "a"), Shown("a", 0, "q", "a"),
                                               Shown("d", 3, "q", "a"), Shown("b", 1, "q", "a")};
  const BudgetCase cases[] = {{0, "cadb", 45}, {45, "cadb", 45}, {44, "cab", 35}, {35, "cab", 35},
                              {34, "ab", 25},  {25, "ab", 25},   {24, "a", 15},   {15, "a", 15},
                              {14, "", 5},     {5, "", 5},       {4, "-", 0}};
  for (const BudgetCase& test : cases) {
    const auto built = Build(WithBudget(test.budget), "now", examples);
    if (*test.shown == '-') {
      EXPECT_EQ(built.status().code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_EQ(ErrorReason(built.status()), "PROMPT_TOO_LONG");
      EXPECT_EQ(ErrorMetadata(built.status(), "max_input_tokens"), "4");
      continue;
    }
    ASSERT_TRUE(built.ok()) << built.status();
    EXPECT_EQ(IdsOf(built->examples), test.shown) << test.budget;
    EXPECT_EQ(built->dropped_examples, 4 - static_cast<int32_t>(built->examples.size()));
    EXPECT_EQ(built->estimated_input_tokens, test.tokens);
    EXPECT_EQ(built->messages.size(), 1 + 2 * built->examples.size());
  }
}

// The most that fit, whatever their sizes and order.
TEST(Budget, EqualsTryingEveryNumber) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<ScoredExample> examples;
    for (int32_t rank = 0; rank < static_cast<int32_t>(random() % 20); ++rank) {
      examples.push_back(Shown(std::string(1, static_cast<char>('a' + rank)), rank, std::string(random() % 50, 'q'),
                               std::string(random() % 50, 'a')));
    }
    std::shuffle(examples.begin(), examples.end(), random);
    const int32_t budget = 5 + static_cast<int32_t>(random() % 300);
    std::vector<ScoredExample> expected = examples;
    const auto tokens = [&] {
      int64_t sum = 5;
      for (const ScoredExample& shown : expected) {
        sum += EstimateTokens({{Role::kUser, std::string(shown.example.input())},
                               {Role::kAssistant, std::string(shown.example.output())}});
      }
      return sum;
    };
    while (tokens() > budget) {
      const auto least = static_cast<int32_t>(expected.size()) - 1;
      std::erase_if(expected, [least](const ScoredExample& example) { return example.rank == least; });
    }
    const auto built = Build(WithBudget(budget), "now", examples);
    ASSERT_TRUE(built.ok()) << built.status();
    ASSERT_EQ(IdsOf(built->examples), IdsOf(expected)) << "round " << round;
    ASSERT_EQ(built->estimated_input_tokens, tokens());
  }
}

TEST(Budget, CountsWhatTheSectionShows) {
  PromptContent content =
      FewShotContent({{Role::kUser, "{{#examples}}{{output}}{{/examples}}{{input}}"}}, Placement::kSection);
  content.max_input_tokens = 6;
  const auto built = Build(content, "1234", {Shown("b", 1, "q", "5678"), Shown("a", 0, "q", "9012")});
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_EQ(Script(built->messages), "user: 90121234");
}

TEST(Limit, HoldsWithoutABudget) {
  const PromptContent content = WithBudget(0);
  const std::string most(kMaxPromptBytes, 'x');
  EXPECT_TRUE(Build(content, most, {}).ok());
  const absl::Status status = Build(content, most + "x", {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ErrorReason(status), "PROMPT_TOO_LONG");
}

TEST(Limit, DropsExamplesFirst) {
  const auto built =
      Build(WithBudget(0), std::string(kMaxPromptBytes - 4, 'x'), {Shown("b", 1, "q", "a"), Shown("a", 0, "qq", "a")});
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_EQ(IdsOf(built->examples), "a");
  EXPECT_EQ(built->dropped_examples, 1);
}

TEST(Limit, HoldsForTheHistoryAndForAllTogether) {
  const StringMap variables;
  const auto prompt = CompileGood(ContentOf({{Role::kSystem, "12"}, {Role::kUser, "{{input}}"}}));
  const std::vector<Message> history = {{Role::kUser, std::string(kMaxPromptBytes - 5, 'x')}};
  EXPECT_TRUE(BuildPrompt(*prompt, {"123", variables, history}, {}).ok());
  EXPECT_EQ(ErrorReason(BuildPrompt(*prompt, {"1234", variables, history}, {}).status()), "PROMPT_TOO_LONG");
}

}  // namespace
}  // namespace attune
