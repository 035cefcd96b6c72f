#include "prompt/check_content.h"

#include <set>
#include <string>

#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"
#include "prompt/check_parameters.h"
#include "prompt/compiled_prompt.h"

namespace attune {
namespace {

absl::Status CheckMessages(const std::vector<Message>& messages) {
  if (messages.empty()) return BadField("NO_MESSAGES", "prompt.messages", "a prompt needs at least one message");
  if (messages.size() > kMaxPromptMessages) {
    return BadField("TOO_LARGE", "prompt.messages", StrCat("a prompt has at most ", kMaxPromptMessages, " messages"));
  }
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].content.size() <= kMaxTemplateBytes) continue;
    return BadField("TOO_LARGE", StrCat("prompt.messages[", i, "].content"),
                    StrCat("has ", messages[i].content.size(), " bytes; the limit is ", kMaxTemplateBytes));
  }
  return absl::OkStatus();
}

absl::Status CheckVariables(const std::vector<Variable>& variables) {
  if (variables.size() > kMaxPromptVariables) {
    return BadField("TOO_LARGE", "prompt.variables",
                    StrCat("a prompt has at most ", kMaxPromptVariables, " variables"));
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < variables.size(); ++i) {
    const std::string& name = variables[i].name;
    const std::string field = StrCat("prompt.variables[", i, "].name");
    if (!IsVariableName(name) || name.size() > kMaxVariableNameBytes) {
      return BadField("BAD_VARIABLE", field, "a name matches [A-Za-z_][A-Za-z0-9_]{0,63}");
    }
    if (name == "input" || name == "output" || name == "examples") {
      return BadField("BAD_VARIABLE", field, StrCat("'", name, "' is always there and cannot be declared"));
    }
    if (!seen.insert(name).second) return BadField("BAD_VARIABLE", field, StrCat("'", name, "' is declared twice"));
  }
  return absl::OkStatus();
}

absl::Status BadFewShot(std::string_view field, std::string_view why) {
  return BadField("BAD_FEW_SHOT", StrCat("prompt.few_shot.", field), why);
}

absl::Status CheckFilter(std::string_view field, const ExampleFilter& filter) {
  if (filter.labels.size() > kMaxFilterLabels) {
    return BadFewShot(StrCat(field, ".labels"), StrCat("has more than ", kMaxFilterLabels, " labels"));
  }
  if (filter.metadata.size() > kMaxFilterEntries) {
    return BadFewShot(StrCat(field, ".metadata"), StrCat("has more than ", kMaxFilterEntries, " entries"));
  }
  for (size_t i = 0; i < filter.metadata.size(); ++i) {
    if (filter.metadata[i].first.empty()) return BadFewShot(StrCat(field, ".metadata[", i, "].key"), "is empty");
  }
  return absl::OkStatus();
}

absl::Status CheckLowCoverage(const LowCoverage& low) {
  if (low.then == LowCoverageAction::kNone) return absl::OkStatus();
  if (!(low.below > 0 && low.below <= 1)) return BadFewShot("low_coverage.below", "must be above 0, at most 1");
  const bool answers = low.then == LowCoverageAction::kFixedText;
  if (answers && low.text.empty()) return BadFewShot("low_coverage.text", "FIXED_TEXT needs the text to answer with");
  if (!answers && !low.text.empty()) return BadFewShot("low_coverage.text", "is only for FIXED_TEXT");
  if (low.text.size() > kMaxLowCoverageTextBytes) {
    return BadFewShot("low_coverage.text", StrCat("has more than ", kMaxLowCoverageTextBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CheckSelection(const SelectionPolicy& policy) {
  if (policy.k < 0 || policy.k > kMaxExamples) return BadFewShot("k", StrCat("must be 0 to ", kMaxExamples));
  if (!(policy.diversity >= 0 && policy.diversity <= 1)) return BadFewShot("diversity", "must be 0 to 1");
  if (!(policy.min_coverage >= 0 && policy.min_coverage <= 1)) return BadFewShot("min_coverage", "must be 0 to 1");
  if (!(policy.min_score >= 0)) return BadFewShot("min_score", "must not be negative");
  if (policy.max_per_label < 0) return BadFewShot("max_per_label", "must not be negative");
  if (policy.example_ids.size() > static_cast<size_t>(kMaxExamples)) {
    return BadFewShot("example_ids", StrCat("has more than ", kMaxExamples, " ids"));
  }
  if (policy.strategy == Strategy::kFixed && policy.example_ids.empty()) {
    return BadFewShot("example_ids", "FIXED needs the ids of the examples to show");
  }
  if (policy.strategy != Strategy::kFixed && !policy.example_ids.empty()) {
    return BadFewShot("example_ids", "are only for the strategy FIXED");
  }
  return absl::OkStatus();
}

absl::Status CheckFewShot(const FewShot& few_shot) {
  if (few_shot.dataset.empty()) {
    if (few_shot == FewShot()) return absl::OkStatus();
    return BadFewShot("dataset", "name the dataset whose examples are to be shown");
  }
  ATTUNE_RETURN_IF_ERROR(ParseReference(few_shot.dataset, "prompt.few_shot.dataset").status());
  ATTUNE_RETURN_IF_ERROR(CheckFilter("include", few_shot.selection.include));
  ATTUNE_RETURN_IF_ERROR(CheckFilter("exclude", few_shot.selection.exclude));
  ATTUNE_RETURN_IF_ERROR(CheckLowCoverage(few_shot.low_coverage));
  return CheckSelection(few_shot.selection);
}

}  // namespace

absl::Status CheckContent(const PromptContent& content) {
  ATTUNE_RETURN_IF_ERROR(CheckMessages(content.messages));
  ATTUNE_RETURN_IF_ERROR(CheckVariables(content.variables));
  ATTUNE_RETURN_IF_ERROR(CheckParameters(content.parameters, "prompt.parameters"));
  ATTUNE_RETURN_IF_ERROR(CheckFewShot(content.few_shot));
  if (content.max_input_tokens < 0) {
    return BadField("BAD_PARAMETER", "prompt.max_input_tokens", "must not be negative; 0 means no budget");
  }
  return absl::OkStatus();
}

}  // namespace attune
