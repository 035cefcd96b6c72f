#include "prompt/compiled_prompt.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "prompt/check_content.h"

namespace attune {

absl::StatusOr<std::shared_ptr<const CompiledPrompt>> CompiledPrompt::Compile(PromptContent content) {
  ATTUNE_RETURN_IF_ERROR(CheckContent(content));
  auto compiled = std::make_shared<CompiledPrompt>();
  compiled->content_ = std::move(content);
  ATTUNE_RETURN_IF_ERROR(compiled->ParseTurns());
  ATTUNE_RETURN_IF_ERROR(compiled->CheckPlacement());
  if (const std::string& schema = compiled->content_.response_schema; !schema.empty()) {
    ATTUNE_ASSIGN_OR_RETURN(compiled->response_schema_, ResponseSchema::Compile(schema));
  }
  ATTUNE_RETURN_IF_ERROR(compiled->CheckFixedText());
  return std::shared_ptr<const CompiledPrompt>(std::move(compiled));
}

absl::Status CompiledPrompt::ParseTurns() {
  question_ = content_.messages.size();
  for (size_t i = 0; i < content_.messages.size(); ++i) {
    const Message& message = content_.messages[i];
    const std::string field = StrCat("prompt.messages[", i, "].content");
    ATTUNE_ASSIGN_OR_RETURN(Template text, Template::Parse(message.content, field));
    ATTUNE_RETURN_IF_ERROR(CheckUses(text, field));
    turns_.push_back({message.role, std::move(text)});
    if (message.role == Role::kUser) question_ = i;
  }
  if (question_ == content_.messages.size()) uses_input_ = true;  // it is the question
  return absl::OkStatus();
}

absl::Status CompiledPrompt::CheckUses(const Template& text, std::string_view field) {
  for (const TemplateVariable& use : text.variables()) {
    if (use.name == "examples") {
      uses_examples_ = true;
    } else if (use.name == "input") {
      uses_input_ = uses_input_ || !use.in_examples;
    } else if (!(use.in_examples && use.name == "output") && FindVariable(use.name) == nullptr) {
      return WithMetadata(
          BadField("UNDECLARED_VARIABLE", field,
                   StrCat("line ", use.position.line, ", column ", use.position.column, ": variable '", use.name,
                          "' is not declared; declare it in the prompt's variables, or correct the name")),
          "variable", use.name);
    }
  }
  return absl::OkStatus();
}

absl::Status CompiledPrompt::CheckPlacement() const {
  const bool section = !content_.few_shot.dataset.empty() && content_.few_shot.placement == Placement::kSection;
  if (section && !uses_examples_) {
    return BadField("BAD_FEW_SHOT", "prompt.few_shot.placement",
                    "is SECTION, but no template has {{#examples}}...{{/examples}} to show them in");
  }
  if (!section && uses_examples_) {
    return BadField("BAD_FEW_SHOT", "prompt.few_shot.placement",
                    "a template uses 'examples', which needs few_shot with a dataset and placement SECTION");
  }
  return absl::OkStatus();
}

// Whoever reads the answers counts on their shape, whether a model made them or not.
absl::Status CompiledPrompt::CheckFixedText() const {
  const LowCoverage& low = content_.few_shot.low_coverage;
  if (response_schema_ == nullptr || low.then != LowCoverageAction::kFixedText) return absl::OkStatus();
  absl::Status shape = response_schema_->Check(low.text);
  if (shape.ok()) return shape;
  return BadField("BAD_FEW_SHOT", "prompt.few_shot.low_coverage.text",
                  StrCat("does not fit the prompt's response_schema at ", ErrorMetadata(shape, "path"), ": ",
                         ErrorMetadata(shape, "cause")));
}

const Variable* CompiledPrompt::FindVariable(std::string_view name) const {
  for (const Variable& variable : content_.variables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

}  // namespace attune
