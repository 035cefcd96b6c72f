#include "prompt/check_content.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "base/error.h"
#include "prompt/check_parameters.h"
#include "tests/prompt/prompt_parts.h"

namespace attune {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

PromptContent GoodContent() {
  PromptContent content = FewShotContent({{Role::kUser, "{{input}}"}});
  content.variables = {{.name = "a"}, {.name = "b"}};
  return content;
}

using Change = std::function<void(PromptContent&)>;

struct ContentCase {
  Change change;
  const char* reason;  // "": good
  const char* field;
};

void ExpectChecked(const std::vector<ContentCase>& cases) {
  for (size_t i = 0; i < cases.size(); ++i) {
    PromptContent content = GoodContent();
    cases[i].change(content);
    const absl::Status status = CheckContent(content);
    EXPECT_EQ(ErrorReason(status), cases[i].reason) << "case " << i << ": " << status;
    EXPECT_EQ(ErrorMetadata(status, "field"), cases[i].field) << "case " << i << ": " << status;
    EXPECT_EQ(status.ok(), *cases[i].reason == '\0') << "case " << i;
  }
}

std::vector<Variable> Variables(size_t count) {
  std::vector<Variable> variables;
  for (size_t i = 0; i < count; ++i) variables.push_back({.name = StrCat("v", i)});
  return variables;
}

TEST(CheckContent, LowCoverage) {
  const auto with = [](double below, LowCoverageAction then, std::string text) {
    return [=](PromptContent& c) { c.few_shot.low_coverage = {.below = below, .then = then, .text = text}; };
  };
  const char* const kBelow = "prompt.few_shot.low_coverage.below";
  const char* const kText = "prompt.few_shot.low_coverage.text";
  ExpectChecked({
      {with(0.5, LowCoverageAction::kNoExamples, ""), "", ""},
      {with(1, LowCoverageAction::kRefuse, ""), "", ""},
      {with(0.5, LowCoverageAction::kFixedText, std::string(kMaxLowCoverageTextBytes, 'x')), "", ""},
      {with(0, LowCoverageAction::kRefuse, ""), "BAD_FEW_SHOT", kBelow},
      {with(1.01, LowCoverageAction::kRefuse, ""), "BAD_FEW_SHOT", kBelow},
      {with(kNan, LowCoverageAction::kRefuse, ""), "BAD_FEW_SHOT", kBelow},
      {with(0.5, LowCoverageAction::kFixedText, ""), "BAD_FEW_SHOT", kText},
      {with(0.5, LowCoverageAction::kRefuse, "x"), "BAD_FEW_SHOT", kText},
      {with(0.5, LowCoverageAction::kNoExamples, "x"), "BAD_FEW_SHOT", kText},
      {with(0.5, LowCoverageAction::kFixedText, std::string(kMaxLowCoverageTextBytes + 1, 'x')), "BAD_FEW_SHOT", kText},
  });
}

TEST(CheckContent, AFixedTextFitsTheResponseSchema) {
  PromptContent content = GoodContent();
  content.messages = {{Role::kUser, "{{input}}"}};
  content.response_schema = R"({"type":"object","required":["n"]})";
  content.few_shot.low_coverage = {.below = 0.5, .then = LowCoverageAction::kFixedText, .text = R"({"n":null})"};
  EXPECT_TRUE(CompiledPrompt::Compile(content).ok());
  for (const char* text : {"call us", "{}"}) {
    content.few_shot.low_coverage.text = text;
    const absl::Status status = CompiledPrompt::Compile(content).status();
    EXPECT_EQ(ErrorReason(status), "BAD_FEW_SHOT") << text;
    EXPECT_EQ(ErrorMetadata(status, "field"), "prompt.few_shot.low_coverage.text");
  }
}

TEST(CheckContent, Messages) {
  ExpectChecked({
      {[](PromptContent&) {}, "", ""},
      {[](PromptContent& c) { c.messages.clear(); }, "NO_MESSAGES", "prompt.messages"},
      {[](PromptContent& c) { c.messages.resize(kMaxPromptMessages); }, "", ""},
      {[](PromptContent& c) { c.messages.resize(kMaxPromptMessages + 1); }, "TOO_LARGE", "prompt.messages"},
      {[](PromptContent& c) {
         c.messages.push_back({Role::kUser, std::string(kMaxTemplateBytes, 'x')});
       },
       "", ""},
      {[](PromptContent& c) {
         c.messages.push_back({Role::kUser, std::string(kMaxTemplateBytes + 1, 'x')});
       },
       "TOO_LARGE", "prompt.messages[1].content"},
      {[](PromptContent& c) { c.max_input_tokens = 1; }, "", ""},
      {[](PromptContent& c) { c.max_input_tokens = -1; }, "BAD_PARAMETER", "prompt.max_input_tokens"},
      {[](PromptContent& c) { c.parameters.top_p = 2; }, "BAD_PARAMETER", "prompt.parameters.top_p"},
  });
}

TEST(CheckContent, Variables) {
  const auto second = [](std::string name) -> Change {
    return [name](PromptContent& c) { c.variables[1].name = name; };
  };
  ExpectChecked({
      {[](PromptContent& c) { c.variables = Variables(kMaxPromptVariables); }, "", ""},
      {[](PromptContent& c) { c.variables = Variables(kMaxPromptVariables + 1); }, "TOO_LARGE", "prompt.variables"},
      {second(std::string(kMaxVariableNameBytes, 'x')), "", ""},
      {second(std::string(kMaxVariableNameBytes + 1, 'x')), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second(""), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second("2b"), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second("a.b"), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second("a"), "BAD_VARIABLE", "prompt.variables[1].name"},  // declared twice
      {second("A"), "", ""},
      {second("input"), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second("output"), "BAD_VARIABLE", "prompt.variables[1].name"},
      {second("examples"), "BAD_VARIABLE", "prompt.variables[1].name"},
  });
}

TEST(CheckContent, FewShot) {
  const auto with = [](std::function<void(SelectionPolicy&)> change) -> Change {
    return [change](PromptContent& c) { change(c.few_shot.selection); };
  };
  const std::vector<std::string> many(kMaxExamples + 1, "id");
  ExpectChecked({
      {[](PromptContent& c) { c.few_shot = FewShot(); }, "", ""},
      {[](PromptContent& c) {
         c.few_shot.dataset = "";
         c.few_shot.selection.k = 2;
       },
       "BAD_FEW_SHOT", "prompt.few_shot.dataset"},
      {[](PromptContent& c) { c.few_shot.dataset = "team/faq@7"; }, "", ""},
      {[](PromptContent& c) { c.few_shot.dataset = "FAQ"; }, "BAD_NAME", "prompt.few_shot.dataset"},
      {[](PromptContent& c) { c.few_shot.dataset = "faq@0"; }, "BAD_VERSION", "prompt.few_shot.dataset"},
      {with([](SelectionPolicy& p) { p.k = 0; }), "", ""},
      {with([](SelectionPolicy& p) { p.k = kMaxExamples; }), "", ""},
      {with([](SelectionPolicy& p) { p.k = -1; }), "BAD_FEW_SHOT", "prompt.few_shot.k"},
      {with([](SelectionPolicy& p) { p.k = kMaxExamples + 1; }), "BAD_FEW_SHOT", "prompt.few_shot.k"},
      {with([](SelectionPolicy& p) { p.diversity = 1; }), "", ""},
      {with([](SelectionPolicy& p) { p.diversity = 1.01; }), "BAD_FEW_SHOT", "prompt.few_shot.diversity"},
      {with([](SelectionPolicy& p) { p.diversity = -0.01; }), "BAD_FEW_SHOT", "prompt.few_shot.diversity"},
      {with([](SelectionPolicy& p) { p.diversity = kNan; }), "BAD_FEW_SHOT", "prompt.few_shot.diversity"},
      {with([](SelectionPolicy& p) { p.min_coverage = 1; }), "", ""},
      {with([](SelectionPolicy& p) { p.min_coverage = kNan; }), "BAD_FEW_SHOT", "prompt.few_shot.min_coverage"},
      {with([](SelectionPolicy& p) { p.min_coverage = 2; }), "BAD_FEW_SHOT", "prompt.few_shot.min_coverage"},
      {with([](SelectionPolicy& p) { p.max_per_label = 1; }), "", ""},
      {with([](SelectionPolicy& p) { p.max_per_label = -1; }), "BAD_FEW_SHOT", "prompt.few_shot.max_per_label"},
      {with([](SelectionPolicy& p) { p.min_score = 100; }), "", ""},
      {with([](SelectionPolicy& p) { p.min_score = -0.1; }), "BAD_FEW_SHOT", "prompt.few_shot.min_score"},
      {with([](SelectionPolicy& p) { p.min_score = kNan; }), "BAD_FEW_SHOT", "prompt.few_shot.min_score"},
      {with([](SelectionPolicy& p) { p.include.labels.resize(kMaxFilterLabels); }), "", ""},
      {with([](SelectionPolicy& p) { p.include.labels.resize(kMaxFilterLabels + 1); }), "BAD_FEW_SHOT",
       "prompt.few_shot.include.labels"},
      {with([](SelectionPolicy& p) {
         p.exclude.metadata = {{"a", ""}, {"a", "b"}};
       }),
       "", ""},
      {with([](SelectionPolicy& p) {
         p.exclude.metadata = {{"a", "b"}, {"", "b"}};
       }),
       "BAD_FEW_SHOT", "prompt.few_shot.exclude.metadata[1].key"},
      {with([](SelectionPolicy& p) {
         p.exclude.metadata.assign(kMaxFilterEntries + 1, {"a", "b"});
       }),
       "BAD_FEW_SHOT", "prompt.few_shot.exclude.metadata"},
      {with([](SelectionPolicy& p) { p.strategy = Strategy::kFixed; }), "BAD_FEW_SHOT", "prompt.few_shot.example_ids"},
      {with([](SelectionPolicy& p) { p.example_ids = {"a"}; }), "BAD_FEW_SHOT", "prompt.few_shot.example_ids"},
      {with([](SelectionPolicy& p) {
         p.strategy = Strategy::kFixed;
         p.example_ids = {"a"};
       }),
       "", ""},
      {with([&](SelectionPolicy& p) {
         p.strategy = Strategy::kFixed;
         p.example_ids = many;
       }),
       "BAD_FEW_SHOT", "prompt.few_shot.example_ids"},
  });
}

struct ParameterCase {
  std::function<void(Parameters&)> change;
  const char* field;  // "": good
};

TEST(CheckParameters, HaveTheirRanges) {
  const ParameterCase cases[] = {
      {[](Parameters&) {}, ""},
      {[](Parameters& p) { p.model = "openai/gpt-4o-mini"; }, ""},
      {[](Parameters& p) { p.model = "local/org/name"; }, ""},
      {[](Parameters& p) { p.model = ""; }, "overrides.model"},
      {[](Parameters& p) { p.model = "gpt"; }, "overrides.model"},
      {[](Parameters& p) { p.model = "/gpt"; }, "overrides.model"},
      {[](Parameters& p) { p.model = "openai/"; }, "overrides.model"},
      {[](Parameters& p) { p.model = "a/" + std::string(kMaxModelBytes - 2, 'x'); }, ""},
      {[](Parameters& p) { p.model = "a/" + std::string(kMaxModelBytes - 1, 'x'); }, "overrides.model"},
      {[](Parameters& p) { p.temperature = 0; }, ""},
      {[](Parameters& p) { p.temperature = 2; }, ""},
      {[](Parameters& p) { p.temperature = 2.01; }, "overrides.temperature"},
      {[](Parameters& p) { p.temperature = -0.01; }, "overrides.temperature"},
      {[](Parameters& p) { p.temperature = kNan; }, "overrides.temperature"},
      {[](Parameters& p) { p.top_p = 1; }, ""},
      {[](Parameters& p) { p.top_p = 1.01; }, "overrides.top_p"},
      {[](Parameters& p) { p.top_p = kNan; }, "overrides.top_p"},
      {[](Parameters& p) { p.max_tokens = 1; }, ""},
      {[](Parameters& p) { p.max_tokens = 0; }, "overrides.max_tokens"},
      {[](Parameters& p) { p.max_examples = 0; }, ""},
      {[](Parameters& p) { p.max_examples = kMaxExamples; }, ""},
      {[](Parameters& p) { p.max_examples = -1; }, "overrides.max_examples"},
      {[](Parameters& p) { p.max_examples = kMaxExamples + 1; }, "overrides.max_examples"},
      {[](Parameters& p) { p.stop.assign(kMaxStopTexts, std::string(kMaxStopBytes, 'x')); }, ""},
      {[](Parameters& p) { p.stop.assign(kMaxStopTexts + 1, "x"); }, "overrides.stop"},
      {[](Parameters& p) {
         p.stop = {"x", ""};
       },
       "overrides.stop"},
      {[](Parameters& p) { p.stop = {std::string(kMaxStopBytes + 1, 'x')}; }, "overrides.stop"},
      {[](Parameters& p) { p.seed = -1; }, ""},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    Parameters parameters;
    cases[i].change(parameters);
    const absl::Status status = CheckParameters(parameters, "overrides");
    EXPECT_EQ(ErrorMetadata(status, "field"), cases[i].field) << "case " << i << ": " << status;
    EXPECT_EQ(ErrorReason(status), *cases[i].field == '\0' ? "" : "BAD_PARAMETER") << "case " << i;
  }
}

}  // namespace
}  // namespace attune
