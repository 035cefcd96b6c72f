#include "ask/request.h"
#include "ask/token_ratios.h"
#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"
#include "prompt/check_parameters.h"

namespace attune {
namespace {

absl::Status AtMost(std::string_view field, size_t size, size_t limit, std::string_view unit) {
  if (size <= limit) return absl::OkStatus();
  return BadField("TOO_LARGE", field, StrCat("has ", size, " ", unit, "; the limit is ", limit));
}

absl::Status CheckVariables(const StringMap& variables) {
  ATTUNE_RETURN_IF_ERROR(AtMost("variables", variables.size(), kMaxVariables, "entries"));
  size_t bytes = 0;
  for (const auto& [name, value] : variables) bytes += name.size() + value.size();
  return AtMost("variables", bytes, kMaxVariablesBytes, "bytes");
}

absl::Status CheckHistory(const std::vector<Message>& history) {
  ATTUNE_RETURN_IF_ERROR(AtMost("history", history.size(), kMaxHistoryMessages, "messages"));
  size_t bytes = 0;
  for (const Message& message : history) bytes += message.content.size();
  return AtMost("history", bytes, kMaxHistoryBytes, "bytes");
}

absl::Status CheckLabels(const StringMap& labels) {
  ATTUNE_RETURN_IF_ERROR(AtMost("labels", labels.size(), kMaxAskLabels, "entries"));
  for (const auto& [key, value] : labels) {
    ATTUNE_RETURN_IF_ERROR(AtMost("labels", std::max(key.size(), value.size()), kMaxAskLabelBytes, "bytes in one"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CallerWentAway() {
  return Error(absl::StatusCode::kCancelled, "CANCELLED").Message("the caller went away");
}

absl::Status CheckAskRequest(const AskRequest& request) {
  ATTUNE_RETURN_IF_ERROR(AtMost("prompt", request.prompt.size(), kMaxReferenceBytes, "bytes"));
  ATTUNE_RETURN_IF_ERROR(AtMost("input", request.input.size(), kMaxInputBytes, "bytes"));
  ATTUNE_RETURN_IF_ERROR(AtMost("user", request.user.size(), kMaxUserBytes, "bytes"));
  ATTUNE_RETURN_IF_ERROR(CheckVariables(request.variables));
  ATTUNE_RETURN_IF_ERROR(CheckHistory(request.history));
  ATTUNE_RETURN_IF_ERROR(CheckLabels(request.labels));
  ATTUNE_RETURN_IF_ERROR(AtMost("request_id", request.request_id.size(), kMaxRequestIdBytes, "bytes"));
  if (request.min_revision < 0) return BadField("BAD_REVISION", "min_revision", "a revision is not negative");
  if (request.at_revision < 0) return BadField("BAD_REVISION", "at_revision", "a revision is not negative");
  const double ratio = request.token_ratio;
  if (ratio != 0 && !(ratio >= kMinTokenRatio && ratio <= kMaxTokenRatio)) {
    return BadField("BAD_PARAMETER", "token_ratio", "must be 1/8 to 8; 0: what the server takes");
  }
  return CheckParameters(request.overrides, "overrides");
}

}  // namespace attune
