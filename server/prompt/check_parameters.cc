#include "prompt/check_parameters.h"

#include "base/error.h"
#include "base/strings.h"
#include "dataset/selection.h"

namespace attune {
namespace {

absl::Status Bad(std::string_view prefix, std::string_view field, std::string_view why) {
  return BadField("BAD_PARAMETER", StrCat(prefix, ".", field), why);
}

// Written so that NaN fails.
bool Within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace

absl::Status CheckParameters(const Parameters& parameters, std::string_view prefix) {
  if (parameters.model.has_value()) {
    const std::string_view model = *parameters.model;
    const size_t slash = model.find('/');
    if (slash == 0 || slash == std::string_view::npos || slash + 1 == model.size() || model.size() > kMaxModelBytes) {
      return Bad(prefix, "model", "is written provider/model, as in openai/gpt-4o-mini or builtin/nearest");
    }
  }
  if (parameters.temperature && !Within(*parameters.temperature, 0, 2)) {
    return Bad(prefix, "temperature", "must be 0 to 2");
  }
  if (parameters.top_p && !Within(*parameters.top_p, 0, 1)) return Bad(prefix, "top_p", "must be 0 to 1");
  if (parameters.max_tokens && *parameters.max_tokens < 1) return Bad(prefix, "max_tokens", "must be at least 1");
  if (parameters.max_examples && (*parameters.max_examples < 0 || *parameters.max_examples > kMaxExamples)) {
    return Bad(prefix, "max_examples", StrCat("must be 0 to ", kMaxExamples));
  }
  if (parameters.top_logprobs && (*parameters.top_logprobs < 0 || *parameters.top_logprobs > kMaxTopLogprobs)) {
    return Bad(prefix, "top_logprobs", StrCat("must be 0 to ", kMaxTopLogprobs));
  }
  if (parameters.stop.size() > kMaxStopTexts) return Bad(prefix, "stop", "has more than 4 texts");
  for (const std::string& stop : parameters.stop) {
    if (stop.empty() || stop.size() > kMaxStopBytes) return Bad(prefix, "stop", "a stop text has 1 to 1,024 bytes");
  }
  return absl::OkStatus();
}

}  // namespace attune
