#include "prompt/compiled_prompt.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.h"
#include "tests/prompt/prompt_parts.h"

namespace attune {
namespace {

using testing::HasSubstr;

struct QuestionCase {
  std::vector<Message> messages;
  size_t question;
  bool uses_input;
};

TEST(CompiledPrompt, TheLastUserMessageIsTheQuestion) {
  const QuestionCase cases[] = {
      {{{Role::kUser, "{{input}}"}}, 0, true},
      {{{Role::kUser, "always the same"}}, 0, false},
      {{{Role::kSystem, "s"},
        {Role::kUser, "u"},
        {Role::kAssistant, "a"},
        {Role::kUser, "{{input}}"},
        {Role::kSystem, "t"}},
       3,
       true},
      {{{Role::kSystem, "{{#input}}asked{{/input}}"}, {Role::kUser, "u"}}, 1, true},
      {{{Role::kSystem, "s"}}, 1, true},  // the input itself is the question
      {{{Role::kSystem, "s"}, {Role::kAssistant, "a"}}, 2, true},
  };
  for (const QuestionCase& test : cases) {
    const auto prompt = CompileGood(ContentOf(test.messages));
    EXPECT_EQ(prompt->question(), test.question) << Script(test.messages);
    EXPECT_EQ(prompt->uses_input(), test.uses_input) << Script(test.messages);
    EXPECT_EQ(prompt->turns().size(), test.messages.size());
    EXPECT_EQ(prompt->content().messages, test.messages);
  }
}

TEST(CompiledPrompt, TheInputOfExamplesIsNotTheRequests) {
  const auto prompt = CompileGood(
      FewShotContent({{Role::kSystem, "{{#examples}}{{input}} {{output}}{{/examples}}"}, {Role::kUser, "go on"}},
                     Placement::kSection));
  EXPECT_FALSE(prompt->uses_input());
}

TEST(CompiledPrompt, FindsDeclaredVariables) {
  PromptContent content = ContentOf({{Role::kUser, "{{input}} {{#name}}{{name}}{{/name}}"}});
  content.variables = {{.name = "name", .default_value = "you"}, {.name = "unused"}};
  const auto prompt = CompileGood(content);
  ASSERT_NE(prompt->FindVariable("name"), nullptr);
  EXPECT_EQ(prompt->FindVariable("name")->default_value, "you");
  EXPECT_NE(prompt->FindVariable("unused"), nullptr);
  EXPECT_EQ(prompt->FindVariable("input"), nullptr);
}

struct BadPrompt {
  PromptContent content;
  const char* reason;
  const char* field;
  const char* why;
};

TEST(CompiledPrompt, RefusesTemplatesThatDoNotFitTheRest) {
  const BadPrompt cases[] = {
      {ContentOf({{Role::kSystem, "fine"}, {Role::kUser, "a\nb {{#x}}"}}), "BAD_TEMPLATE", "prompt.messages[1].content",
       "line 2, column 3"},
      {ContentOf({{Role::kUser, "{{input}}"}, {Role::kSystem, "a {{ nmae }}"}}), "UNDECLARED_VARIABLE",
       "prompt.messages[1].content", "line 1, column 3: variable 'nmae' is not declared"},
      {ContentOf({{Role::kUser, "{{^nmae}}{{/nmae}}"}}), "UNDECLARED_VARIABLE", "prompt.messages[0].content", "'nmae'"},
      {ContentOf({{Role::kUser, "{{output}}"}}), "UNDECLARED_VARIABLE", "prompt.messages[0].content", "'output'"},
      {FewShotContent({{Role::kUser, "{{#examples}}{{nmae}}{{/examples}}"}}, Placement::kSection),
       "UNDECLARED_VARIABLE", "prompt.messages[0].content", "'nmae'"},
      {FewShotContent({{Role::kUser, "{{input}}"}}, Placement::kSection), "BAD_FEW_SHOT", "prompt.few_shot.placement",
       "no template has {{#examples}}"},
      {FewShotContent({{Role::kUser, "{{#examples}}{{input}}{{/examples}}"}}, Placement::kTurns), "BAD_FEW_SHOT",
       "prompt.few_shot.placement", "placement SECTION"},
      {ContentOf({{Role::kUser, "{{^examples}}none{{/examples}}"}}), "BAD_FEW_SHOT", "prompt.few_shot.placement",
       "few_shot with a dataset"},
  };
  for (const BadPrompt& test : cases) {
    const absl::Status status = CompiledPrompt::Compile(test.content).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ErrorReason(status), test.reason) << status;
    EXPECT_EQ(ErrorMetadata(status, "field"), test.field) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(test.why));
  }
  const absl::Status undeclared = CompiledPrompt::Compile(cases[1].content).status();
  EXPECT_EQ(ErrorMetadata(undeclared, "variable"), "nmae");
}

// Two versions with equal content are the same: every part of it counts.
TEST(PromptContent, IsEqualOnlyIfEveryPartIs) {
  const std::function<void(PromptContent&)> changes[] = {
      [](PromptContent& c) { c.messages[0].content += " "; },
      [](PromptContent& c) { c.messages[0].role = Role::kSystem; },
      [](PromptContent& c) {
        c.messages.push_back({Role::kSystem, ""});
      },
      [](PromptContent& c) { c.parameters.model = "a/b"; },
      [](PromptContent& c) { c.parameters.temperature = 0; },
      [](PromptContent& c) { c.parameters.top_p = 0; },
      [](PromptContent& c) { c.parameters.max_tokens = 1; },
      [](PromptContent& c) { c.parameters.stop = {"x"}; },
      [](PromptContent& c) { c.parameters.seed = 0; },
      [](PromptContent& c) { c.parameters.max_examples = 0; },
      [](PromptContent& c) { c.few_shot.dataset += "2"; },
      [](PromptContent& c) { c.few_shot.placement = Placement::kSection; },
      [](PromptContent& c) { c.few_shot.selection.strategy = Strategy::kRandom; },
      [](PromptContent& c) { c.few_shot.selection.k = 5; },
      [](PromptContent& c) { c.few_shot.selection.diversity = 0; },
      [](PromptContent& c) { c.few_shot.selection.max_per_label = 1; },
      [](PromptContent& c) { c.few_shot.selection.order = ExampleOrder::kById; },
      [](PromptContent& c) { c.few_shot.selection.example_ids = {"a"}; },
      [](PromptContent& c) { c.few_shot.selection.seed = 1; },
      [](PromptContent& c) { c.few_shot.selection.min_coverage = 0.5; },
      [](PromptContent& c) { c.variables[0].name = "b"; },
      [](PromptContent& c) { c.variables[0].default_value = ""; },
      [](PromptContent& c) { c.variables[0].description = "d"; },
      [](PromptContent& c) { c.response_schema = "{}"; },
      [](PromptContent& c) { c.max_input_tokens = 1; },
  };
  PromptContent content = FewShotContent({{Role::kUser, "{{input}}"}});
  content.variables = {{.name = "a"}};
  const PromptContent same = content;
  EXPECT_EQ(content, same);
  for (size_t i = 0; i < std::size(changes); ++i) {
    PromptContent other = content;
    changes[i](other);
    EXPECT_NE(content, other) << "change " << i;
  }
}

}  // namespace
}  // namespace attune
