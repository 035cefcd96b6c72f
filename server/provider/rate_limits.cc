#include "provider/rate_limits.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr absl::Duration kLongestReset = absl::Hours(1);

// A duration, seconds without a unit, or a time.
std::optional<absl::Duration> ReadReset(std::string_view text, absl::Time now) {
  double seconds = 0;
  absl::Duration reset;
  absl::Time time;
  std::string error;
  if (text.empty()) return std::nullopt;
  if (absl::SimpleAtod(AbslView(text), &seconds)) {
    if (!std::isfinite(seconds)) return std::nullopt;
    reset = absl::Seconds(seconds);
  } else if (absl::ParseTime(absl::RFC3339_full, AbslView(text), &time, &error)) {
    reset = time - now;
  } else if (!absl::ParseDuration(AbslView(text), &reset)) {
    return std::nullopt;
  }
  return std::clamp(reset, absl::ZeroDuration(), kLongestReset);
}

struct HeaderNames {
  std::string_view left, limit, reset;
};
constexpr HeaderNames kRequests[] = {
    {"x-ratelimit-remaining-requests", "x-ratelimit-limit-requests", "x-ratelimit-reset-requests"},
    {"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-limit",
     "anthropic-ratelimit-requests-reset"}};
constexpr HeaderNames kTokens[] = {
    {"x-ratelimit-remaining-tokens", "x-ratelimit-limit-tokens", "x-ratelimit-reset-tokens"},
    {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-reset"}};

std::optional<RateLimits::Left> ReadLeft(const HttpHead& head, const HeaderNames& names, absl::Time now) {
  RateLimits::Left limit;
  if (!absl::SimpleAtoi(AbslView(head.Header(names.left)), &limit.left) || limit.left < 0) return std::nullopt;
  const std::optional<absl::Duration> reset = ReadReset(head.Header(names.reset), now);
  if (!reset) return std::nullopt;
  limit.reset = *reset;
  if (!absl::SimpleAtoi(AbslView(head.Header(names.limit)), &limit.limit) || limit.limit < 0) limit.limit = 0;
  return limit;
}

}  // namespace

RateLimits ReadRateLimits(const HttpHead& head, absl::Time now) {
  RateLimits limits;
  for (const HeaderNames& names : kRequests) {
    if (!limits.requests) limits.requests = ReadLeft(head, names, now);
  }
  for (const HeaderNames& names : kTokens) {
    if (!limits.tokens) limits.tokens = ReadLeft(head, names, now);
  }
  return limits;
}

}  // namespace attune
