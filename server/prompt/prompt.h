// A prompt as it is kept: templates, parameters, few-shot policy. Plain values.
#ifndef ATTUNE_PROMPT_PROMPT_H_
#define ATTUNE_PROMPT_PROMPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/message.h"
#include "dataset/selection.h"

namespace attune {

enum class Placement { kTurns, kSection };

inline constexpr size_t kMaxLowCoverageTextBytes = 64 << 10;

// What happens to a question whose coverage is less than `below`.
enum class LowCoverageAction { kNone, kNoExamples, kFixedText, kRefuse };
struct LowCoverage {
  double below = 0;  // above 0, at most 1, unless kNone
  LowCoverageAction then = LowCoverageAction::kNone;
  std::string text;  // for kFixedText: the answer
  friend bool operator==(const LowCoverage&, const LowCoverage&) = default;
};

struct FewShot {
  std::string dataset;  // reference; empty: no examples are shown
  SelectionPolicy selection;
  LowCoverage low_coverage;
  Placement placement = Placement::kTurns;
  friend bool operator==(const FewShot&, const FewShot&) = default;
};

struct Variable {
  std::string name;
  std::optional<std::string> default_value;  // unset: required
  std::string description;
  friend bool operator==(const Variable&, const Variable&) = default;
};

// The content of one version; two versions with equal content are the same.
struct PromptContent {
  std::vector<Message> messages;  // templates
  Parameters parameters;
  FewShot few_shot;
  std::vector<Variable> variables;
  std::string response_schema;   // JSON Schema; empty: free text
  int32_t max_input_tokens = 0;  // 0: no budget
  friend bool operator==(const PromptContent&, const PromptContent&) = default;
};

}  // namespace attune

#endif  // ATTUNE_PROMPT_PROMPT_H_
