#include "provider/attempts.h"

#include <string>

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

bool IsWorthRetry(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  if (reason == "PROVIDER_CUT") return true;
  return (reason == "PROVIDER_UNAVAILABLE" || reason == "PROVIDER_RATE_LIMIT" || reason == "MODEL_REFUSED_PARAMETER") &&
         RetryDelay(status).has_value();
}

bool IsVendorsFault(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  for (const std::string_view fault : {"PROVIDER_UNAVAILABLE", "PROVIDER_CUT", "PROVIDER_RATE_LIMIT", "PROVIDER_QUOTA",
                                       "PROVIDER_GARBAGE", "PROVIDER_KEY_REFUSED", "MODEL_NOT_FOUND"}) {
    if (reason == fault) return true;
  }
  return false;
}

bool MayFallBack(const absl::Status& status) {
  const std::string reason = ErrorReason(status);
  return reason == "BREAKER_OPEN" || reason == "PROVIDER_BUSY" || IsVendorsFault(status);
}

std::optional<absl::Duration> VendorWait(const absl::Status& status) {
  absl::Duration wait;
  if (!absl::ParseDuration(ErrorMetadata(status, "vendor_wait"), &wait)) return std::nullopt;
  return wait;
}

int32_t AttemptsOf(const absl::StatusOr<ModelAnswer>& outcome) {
  if (outcome.ok()) return outcome->attempts;
  int32_t attempts = 1;
  return absl::SimpleAtoi(ErrorMetadata(outcome.status(), "attempts"), &attempts) ? attempts : 1;
}

absl::StatusOr<ModelAnswer> AddAttempts(absl::StatusOr<ModelAnswer> outcome, int32_t before) {
  if (before == 0) return outcome;
  const int32_t attempts = before + AttemptsOf(outcome);
  if (!outcome.ok()) return WithMetadata(outcome.status(), "attempts", StrCat(attempts));
  outcome->attempts = attempts;
  return outcome;
}

}  // namespace attune
