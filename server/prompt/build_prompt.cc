#include "prompt/build_prompt.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "base/token_estimate.h"

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
    if (shown < 0) return name == "input" ? inputs_.input : OfRequest(name);
    const ExampleView values = examples_[static_cast<size_t>(shown)].example;
    if (name == "input") return values.input();
    if (name == "output") return values.output();
    const std::optional<std::string_view> value = FindValue(values.variables(), name);
    return value.has_value() ? *value : Default(name);
  }
  int examples() const override { return static_cast<int>(examples_.size()); }

 private:
  std::string_view OfRequest(std::string_view name) const {
    const auto found = inputs_.variables.find(name);
    return found != inputs_.variables.end() ? std::string_view(found->second) : Default(name);
  }
  std::string_view Default(std::string_view name) const {
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

// Assembles the messages around the given examples.
class Builder {
 public:
  Builder(const CompiledPrompt& prompt, const PromptInputs& inputs, const std::vector<ScoredExample>& examples)
      : prompt_(prompt), inputs_(inputs), examples_(examples), values_(prompt, inputs, examples) {}

  // nullopt: they would have more than kMaxPromptBytes.
  std::optional<std::vector<Message>> Build() {
    const size_t turns = prompt_.turns().size();
    const size_t question = prompt_.question();
    messages_.reserve(turns + 2 * examples_.size() + inputs_.history.size() + 1);
    bool fits = AddTurns(0, question);
    fits = fits && (prompt_.content().few_shot.placement != Placement::kTurns || AddExamples());
    for (const Message& message : inputs_.history) fits = fits && AddText(message.role, message.content);
    fits = fits && (question < turns ? AddTurns(question, turns) : AddText(Role::kUser, inputs_.input));
    if (!fits) return std::nullopt;
    return std::move(messages_);
  }

 private:
  bool AddText(Role role, std::string_view text) {
    if (text.size() > bytes_left_) return false;
    bytes_left_ -= text.size();
    messages_.push_back({role, std::string(text)});
    return true;
  }

  bool AddTurns(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const CompiledPrompt::Turn& turn = prompt_.turns()[i];
      Message& message = messages_.emplace_back(Message{turn.role, {}});
      if (!turn.text.Render(values_, bytes_left_, message.content)) return false;
      bytes_left_ -= message.content.size();
    }
    return true;
  }

  bool AddExamples() {
    const size_t question = prompt_.question();
    const bool raw = question == prompt_.turns().size();
    bool fits = true;
    for (size_t i = 0; fits && i < examples_.size(); ++i) {
      const ExampleView example = examples_[i].example;
      values_.ShowAsQuestion(static_cast<int>(i));
      fits = raw ? AddText(Role::kUser, example.input()) : AddTurns(question, question + 1);
      fits = fits && AddText(Role::kAssistant, example.output());
    }
    values_.ShowAsQuestion(-1);
    return fits;
  }

  const CompiledPrompt& prompt_;
  const PromptInputs& inputs_;
  const std::vector<ScoredExample>& examples_;
  Values values_;
  std::vector<Message> messages_;
  size_t bytes_left_ = kMaxPromptBytes;
};

// The prompt with the `keep` most relevant examples, or nullopt if it is over a limit.
std::optional<BuiltPrompt> Fit(const CompiledPrompt& prompt, const PromptInputs& inputs,
                               const std::vector<ScoredExample>& examples, int32_t keep) {
  BuiltPrompt built;
  built.examples.reserve(examples.size());
  std::copy_if(examples.begin(), examples.end(), std::back_inserter(built.examples),
               [keep](const ScoredExample& example) { return example.rank < keep; });
  std::optional<std::vector<Message>> messages = Builder(prompt, inputs, built.examples).Build();
  if (!messages.has_value()) return std::nullopt;
  built.messages = *std::move(messages);
  built.plain_input_tokens = EstimateTokens(built.messages);
  built.estimated_input_tokens =
      static_cast<int64_t>(std::ceil(static_cast<double>(built.plain_input_tokens) * inputs.token_ratio));
  built.dropped_examples = static_cast<int32_t>(examples.size() - built.examples.size());
  const int32_t budget = prompt.content().max_input_tokens;
  if (budget != 0 && built.estimated_input_tokens > budget) return std::nullopt;
  return built;
}

absl::Status TooLong(int32_t budget) {
  return Error(absl::StatusCode::kFailedPrecondition, "PROMPT_TOO_LONG")
      .Message(budget == 0 ? StrCat("the prompt has more than ", kMaxPromptBytes, " bytes without any example")
                           : StrCat("the prompt is over its budget of ", budget,
                                    " tokens (max_input_tokens) without any example"))
      .With("max_input_tokens", static_cast<int64_t>(budget));
}

}  // namespace

absl::StatusOr<BuiltPrompt> BuildPrompt(const CompiledPrompt& prompt, const PromptInputs& inputs,
                                        const Selection& selection) {
  ATTUNE_RETURN_IF_ERROR(CheckInputs(prompt, inputs));
  const std::vector<ScoredExample>& examples = selection.examples;
  auto too_many = static_cast<int32_t>(examples.size());
  if (auto built = Fit(prompt, inputs, examples, too_many)) return *std::move(built);
  // The most that fit, by bisection: `best` has fewer than `too_many`.
  std::optional<BuiltPrompt> best = too_many == 0 ? std::nullopt : Fit(prompt, inputs, examples, 0);
  if (!best.has_value()) return TooLong(prompt.content().max_input_tokens);
  for (int32_t fit = 0; too_many - fit > 1;) {
    const int32_t middle = fit + (too_many - fit) / 2;
    auto built = Fit(prompt, inputs, examples, middle);
    (built.has_value() ? fit : too_many) = middle;
    if (built.has_value()) best = std::move(built);
  }
  return *std::move(best);
}

}  // namespace attune
