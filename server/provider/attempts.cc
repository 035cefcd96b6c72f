#include "provider/attempts.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

bool HasReason(const absl::Status& status, std::initializer_list<std::string_view> reasons) {
  const std::string reason = ErrorReason(status);
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

}  // namespace

bool IsWorthRetry(const absl::Status& status) {
  if (HasReason(status, {"PROVIDER_CUT"})) return true;
  // Without RetryInfo the vendor said not to.
  return HasReason(status, {"PROVIDER_UNAVAILABLE", "PROVIDER_RATE_LIMIT", "MODEL_REFUSED_PARAMETER"}) &&
         RetryDelay(status).has_value();
}

bool IsVendorsFault(const absl::Status& status) {
  return HasReason(status, {"PROVIDER_UNAVAILABLE", "PROVIDER_CUT", "PROVIDER_RATE_LIMIT", "PROVIDER_GARBAGE"});
}

bool MayFallBack(const absl::Status& status) {
  return IsVendorsFault(status) ||
         HasReason(status, {"PROVIDER_QUOTA", "PROVIDER_KEY_REFUSED", "MODEL_NOT_FOUND", "PROVIDER_PROMPT_TOO_LONG",
                            "BREAKER_OPEN", "PROVIDER_BUSY", "PROVIDER_MISCONFIGURED"});
}

bool MayHaveCost(const absl::Status& failure) {
  return AttemptsOf(failure) > 0 && (absl::IsCancelled(failure) || absl::IsDeadlineExceeded(failure));
}

std::optional<absl::Duration> VendorWait(const absl::Status& status) {
  absl::Duration wait;
  if (!absl::ParseDuration(ErrorMetadata(status, "vendor_wait"), &wait)) return std::nullopt;
  return wait;
}

int32_t AttemptsOf(const absl::Status& failure) {
  int32_t attempts = 1;
  return absl::SimpleAtoi(ErrorMetadata(failure, "attempts"), &attempts) ? attempts : 1;
}

absl::Status CallerLeft(int32_t attempts) {
  return Error(absl::StatusCode::kCancelled, "CANCELLED")
      .Message("the caller went away before the provider was asked")
      .With("attempts", attempts);
}

absl::Status AddAttempts(absl::Status failure, int32_t before) {
  if (before == 0) return failure;
  const int32_t attempts = before + AttemptsOf(failure);
  return WithMetadata(std::move(failure), "attempts", StrCat(attempts));
}

}  // namespace attune
