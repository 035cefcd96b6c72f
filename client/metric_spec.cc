#include "client/metric_spec.h"

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/enum_words.h"

namespace attune {
namespace {

absl::Status BadMetric(std::string_view spec, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_FLAG")
      .Message(StrCat("--metric: '", spec, "' ", why,
                      "; metrics are exact, contains, regex:PATTERN, numeric, numeric:TOLERANCE and token_f1"))
      .With("flag", "--metric");
}

}  // namespace

absl::StatusOr<v1::Metric> ParseMetric(std::string_view spec) {
  const size_t colon = spec.find(':');
  const std::string_view detail = colon == std::string_view::npos ? "" : spec.substr(colon + 1);
  const auto kind = ParseWord<v1::Metric::Kind>(spec.substr(0, colon));
  if (!kind.has_value()) return BadMetric(spec, "is no metric");
  v1::Metric metric;
  metric.set_kind(*kind);
  if (*kind == v1::Metric::REGEX) {
    if (detail.empty()) return BadMetric(spec, "has no pattern");
    metric.set_pattern(std::string(detail));
  } else if (*kind == v1::Metric::NUMERIC && colon != std::string_view::npos) {
    double tolerance = 0;
    if (!absl::SimpleAtod(AbslView(detail), &tolerance) || !(tolerance >= 0)) {
      return BadMetric(spec, "has a tolerance that is not a number of at least 0");
    }
    metric.set_tolerance(tolerance);
  } else if (colon != std::string_view::npos) {
    return BadMetric(spec, "takes nothing after a colon");
  }
  return metric;
}

}  // namespace attune
