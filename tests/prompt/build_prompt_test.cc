#include "prompt/build_prompt.h"

#include "base/error.h"
#include "tests/prompt/prompt_parts.h"

namespace attune {
namespace {

// What a request brings, owned.
struct Asked {
  std::string input;
  StringMap variables;
  std::vector<Message> history;
};

absl::StatusOr<BuiltPrompt> Build(const PromptContent& content, const Asked& asked,
                                  std::vector<ScoredExample> examples = {}) {
  return BuildPrompt(*CompileGood(content), {asked.input, asked.variables, asked.history},
                     {.examples = std::move(examples)});
}

std::string ScriptOf(const PromptContent& content, const Asked& asked, std::vector<ScoredExample> examples = {}) {
  const auto built = Build(content, asked, std::move(examples));
  return built.ok() ? Script(built->messages) : std::string(built.status().message());
}

const std::vector<ScoredExample> kTwo = {Shown("b", 1, "q2", "a2"), Shown("a", 0, "q1", "a1")};

TEST(BuildPrompt, PutsExamplesAndHistoryBeforeTheQuestion) {
  const Asked asked = {.input = "now", .history = {{Role::kUser, "before"}, {Role::kAssistant, "yes"}}};
  EXPECT_EQ(
      ScriptOf(
          FewShotContent(
              {{Role::kSystem, "s"}, {Role::kUser, "early"}, {Role::kUser, "Q: {{input}}"}, {Role::kDeveloper, "end"}}),
          asked, kTwo),
      "system: s | user: early | user: Q: q2 | assistant: a2 | user: Q: q1 | assistant: a1 | "
      "user: before | assistant: yes | user: Q: now | developer: end");
}

TEST(BuildPrompt, WithoutAUserMessageTheInputIsTheQuestion) {
  EXPECT_EQ(ScriptOf(FewShotContent({{Role::kSystem, "s"}, {Role::kAssistant, "hi"}}), {.input = "now"}, kTwo),
            "system: s | assistant: hi | user: q2 | assistant: a2 | user: q1 | assistant: a1 | user: now");
}

TEST(BuildPrompt, ShowsExamplesInTheSectionInstead) {
  const PromptContent content =
      FewShotContent({{Role::kSystem, "{{#examples}}{{input}}={{output}};{{/examples}}{{^examples}}none{{/examples}}"},
                      {Role::kUser, "{{input}}"}},
                     Placement::kSection);
  EXPECT_EQ(ScriptOf(content, {.input = "now"}, kTwo), "system: q2=a2;q1=a1; | user: now");
  EXPECT_EQ(ScriptOf(content, {.input = "now"}), "system: none | user: now");
}

TEST(BuildPrompt, TellsWhatIsShown) {
  const auto built = Build(FewShotContent({{Role::kUser, "{{input}}"}}), {.input = "now"}, kTwo);
  ASSERT_TRUE(built.ok()) << built.status();
  ASSERT_EQ(built->examples.size(), 2u);
  EXPECT_EQ(built->examples[0].example.id(), "b");
  EXPECT_EQ(built->examples[1].example.id(), "a");
  EXPECT_EQ(built->dropped_examples, 0);
  EXPECT_EQ(built->estimated_input_tokens, 5 * (4 + 1));
}

PromptContent WithVariables() {
  PromptContent content =
      FewShotContent({{Role::kSystem, "{{must}} {{may}}"}, {Role::kUser, "{{must}}/{{may}}/{{input}}"}});
  content.variables = {{.name = "must"}, {.name = "may", .default_value = "perhaps"}};
  return content;
}

TEST(BuildPrompt, TakesVariablesFromRequestExampleOrDefault) {
  EXPECT_EQ(ScriptOf(WithVariables(), {"now", {{"must", "m"}}, {}}), "system: m perhaps | user: m/perhaps/now");
  EXPECT_EQ(ScriptOf(WithVariables(), {"now", {{"must", ""}, {"may", ""}}, {}}), "system:   | user: //now");
  // An example does not see the request's values, and the request does not see the example's.
  EXPECT_EQ(
      ScriptOf(WithVariables(), {"now", {{"must", "m"}, {"may", "n"}}, {}},
               {Shown("a", 1, "q1", "a1"), Shown("b", 0, "q2", "a2", {{"must", "x"}, {"may", "y"}, {"other", "z"}})}),
      "system: m n | user: /perhaps/q1 | assistant: a1 | user: x/y/q2 | assistant: a2 | user: m/n/now");
}

TEST(BuildPrompt, RendersNoValueAgain) {
  PromptContent content = WithVariables();
  content.variables[1].default_value = "{{must}}";
  EXPECT_EQ(ScriptOf(content, {"{{must}}", {{"must", "{{input}} {{#may}}"}}, {{Role::kUser, "{{may}}"}}},
                     {Shown("a", 0, "{{input}}", "{{output}}{{{", {{"must", "}}"}})}),
            "system: {{input}} {{#may}} {{must}} | user: }}/{{must}}/{{input}} | assistant: {{output}}{{{ | "
            "user: {{may}} | user: {{input}} {{#may}}/{{must}}/{{must}}");
}

struct BadInputs {
  Asked asked;
  const char* reason;
  const char* field;
};

TEST(BuildPrompt, RefusesInputsThatDoNotFit) {
  const BadInputs cases[] = {
      {{"", {{"must", "m"}}, {}}, "MISSING_INPUT", "input"},
      {{"now", {}, {}}, "MISSING_VARIABLE", "variables.must"},
      {{"now", {{"may", "n"}}, {}}, "MISSING_VARIABLE", "variables.must"},
      {{"now", {{"must", "m"}, {"mya", "n"}}, {}}, "UNDECLARED_VARIABLE", "variables.mya"},
      {{"now", {{"must", "m"}, {"input", "n"}}, {}}, "UNDECLARED_VARIABLE", "variables.input"},
  };
  for (const BadInputs& test : cases) {
    const absl::Status status = Build(WithVariables(), test.asked).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.field;
    EXPECT_EQ(ErrorReason(status), test.reason) << status;
    EXPECT_EQ(ErrorMetadata(status, "field"), test.field) << status;
  }
}

TEST(BuildPrompt, NeedsAnInputOnlyWhereOneIsUsed) {
  EXPECT_EQ(ScriptOf(ContentOf({{Role::kUser, "a joke, please"}}), {}), "user: a joke, please");
  EXPECT_EQ(ErrorReason(Build(ContentOf({{Role::kSystem, "s"}}), {}).status()), "MISSING_INPUT");
}

}  // namespace
}  // namespace attune
