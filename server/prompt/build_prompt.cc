#include "prompt/build_prompt.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "prompt/token_estimate.h"

namespace attune {
namespace {

// What templates see: the request's values, or those of an example where one is rendered.
class Values final : public TemplateValues {
 public:
  Values(const CompiledPrompt& prompt, const PromptInputs& inputs, const std::vector<ScoredExample>& examples)
      : prompt_(prompt), inputs_(inputs), examples_(examples) {}

  // Renders as if example `index` were the question; -1: the question itself.
  void ShowAsQuestion(int index) { as_question_ = index; }

  std::string_view Get(std::string_view name, int example) const override {
    const int shown = example >= 0 ? example : as_question_;
    if (shown < 0) return name == "input" ? inputs_.input : Find(inputs_.variables, name);
    const Example& values = *examples_[static_cast<size_t>(shown)].example;
    if (name == "input") return values.input;
    if (name == "output") return values.output;
    return Find(values.variables, name);
  }
  int examples() const override { return static_cast<int>(examples_.size()); }

 private:
  std::string_view Find(const StringMap& variables, std::string_view name) const {
    if (const auto found = variables.find(name); found != variables.end()) return found->second;
    const Variable* declared = prompt_.FindVariable(name);
    return declared != nullptr && declared->default_value ? std::string_view(*declared->default_value)
                                                          : std::string_view();
  }

  const CompiledPrompt& prompt_;
  const PromptInputs& inputs_;
  const std::vector<ScoredExample>& examples_;
  int as_question_ = -1;
};

absl::Status CheckInputs(const CompiledPrompt& prompt, const PromptInputs& inputs) {
  if (inputs.input.empty() && prompt.uses_input()) return BadField("MISSING_INPUT", "input", "ask something");
  for (const auto& [name, value] : inputs.variables) {
    if (prompt.FindVariable(name) == nullptr) {
      return BadField("UNDECLARED_VARIABLE", StrCat("variables.", name), "the prompt declares no such variable");
    }
  }
  for (const Variable& variable : prompt.content().variables) {
    if (!variable.default_value && !inputs.variables.contains(variable.name)) {
      return BadField("MISSING_VARIABLE", StrCat("variables.", variable.name),
                      "the prompt needs this variable and has no default for it");
    }
  }
  return absl::OkStatus();
}

// Assembles the messages for the examples that are left.
class Builder {
 public:
  Builder(const CompiledPrompt& prompt, const PromptInputs& inputs, const std::vector<ScoredExample>& examples)
      : prompt_(prompt), inputs_(inputs), examples_(examples), values_(prompt, inputs, examples) {}

  std::vector<Message> Build() {
    const size_t question = prompt_.question();
    messages_.reserve(prompt_.turns().size() + 2 * examples_.size() + inputs_.history.size() + 1);
    for (size_t i = 0; i < question; ++i) AddTurn(i);
    if (prompt_.content().few_shot.placement == Placement::kTurns) AddExamples();
    std::copy(inputs_.history.begin(), inputs_.history.end(), std::back_inserter(messages_));
    if (question == prompt_.turns().size()) messages_.push_back({Role::kUser, std::string(inputs_.input)});
    for (size_t i = question; i < prompt_.turns().size(); ++i) AddTurn(i);
    return std::move(messages_);
  }

 private:
  void AddTurn(size_t index) {
    const CompiledPrompt::Turn& turn = prompt_.turns()[index];
    Message& message = messages_.emplace_back(Message{turn.role, {}});
    turn.text.Render(values_, message.content);
  }

  void AddExamples() {
    const bool raw = prompt_.question() == prompt_.turns().size();
    for (size_t i = 0; i < examples_.size(); ++i) {
      const Example& example = *examples_[i].example;
      values_.ShowAsQuestion(static_cast<int>(i));
      if (raw) {
        messages_.push_back({Role::kUser, example.input});
      } else {
        AddTurn(prompt_.question());
      }
      messages_.push_back({Role::kAssistant, example.output});
    }
    values_.ShowAsQuestion(-1);
  }

  const CompiledPrompt& prompt_;
  const PromptInputs& inputs_;
  const std::vector<ScoredExample>& examples_;
  Values values_;
  std::vector<Message> messages_;
};

absl::Status TooLong(int64_t tokens, int32_t budget) {
  return Error(absl::StatusCode::kFailedPrecondition, "PROMPT_TOO_LONG")
      .Message(StrCat("the prompt has an estimated ", tokens, " tokens without any example; the budget is ", budget,
                      " (max_input_tokens)"))
      .With("estimated_tokens", tokens)
      .With("max_input_tokens", static_cast<int64_t>(budget));
}

}  // namespace

absl::StatusOr<BuiltPrompt> BuildPrompt(const CompiledPrompt& prompt, const PromptInputs& inputs, Selection selection) {
  ATTUNE_RETURN_IF_ERROR(CheckInputs(prompt, inputs));
  BuiltPrompt built;
  built.examples = std::move(selection.examples);
  const int32_t budget = prompt.content().max_input_tokens;
  while (true) {
    built.messages = Builder(prompt, inputs, built.examples).Build();
    built.estimated_input_tokens = EstimateTokens(built.messages);
    if (budget == 0 || built.estimated_input_tokens <= budget) return built;
    if (built.examples.empty()) return TooLong(built.estimated_input_tokens, budget);
    const auto least = std::max_element(built.examples.begin(), built.examples.end(),
                                        [](const auto& a, const auto& b) { return a.rank < b.rank; });
    built.examples.erase(least);
    ++built.dropped_examples;
  }
}

}  // namespace attune
