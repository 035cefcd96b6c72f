#include "provider/retry_after.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "base/strings.h"

namespace attune {
namespace {

std::optional<absl::Duration> Wait(std::string_view number, absl::Duration unit) {
  double count = 0;
  if (number.empty() || !absl::SimpleAtod(AbslView(number), &count) || !std::isfinite(count) || count < 0) {
    return std::nullopt;
  }
  return std::min(count * unit, kMaxVendorWait);
}

std::optional<absl::Time> HttpDate(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", AbslView(text), &time, &error)) return std::nullopt;
  return time;
}

}  // namespace

std::optional<absl::Duration> RetryAfter(const HttpHead& head, absl::Time now) {
  if (const auto wait = Wait(head.Header("retry-after-ms"), absl::Milliseconds(1))) return wait;
  const std::string_view text = head.Header("retry-after");
  if (text.empty()) return std::nullopt;  // as most are: the tries below would take longer than all else here
  if (const auto wait = Wait(text, absl::Seconds(1))) return wait;
  const std::optional<absl::Time> until = HttpDate(text);
  if (!until) return std::nullopt;
  return std::clamp(*until - HttpDate(head.Header("date")).value_or(now), absl::ZeroDuration(), kMaxVendorWait);
}

RetryAdvice ReadRetryAdvice(const HttpHead& head, absl::Time now) {
  RetryAdvice advice;
  advice.after = RetryAfter(head, now);
  const std::string_view should = head.Header("x-should-retry");
  if (should == "true" || should == "false") advice.should = should == "true";
  return advice;
}

}  // namespace attune
