#include "client/metric_spec.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/enum_words.h"

namespace attune {
namespace {

absl::Status BadMetric(std::string_view spec, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_FLAG")
      .Message(StrCat("--metric: '", spec, "' ", why,
                      "; metrics are exact, contains, regex:PATTERN, numeric, numeric:TOLERANCE and token_f1, ",
                      "with a name as in NAME=regex:PATTERN, and with what counts as in exact:case,punctuation,space"))
      .With("flag", "--metric");
}

// False: not one of the words.
bool AddOption(std::string_view word, v1::Metric& metric) {
  if (word == "case") {
    metric.set_ignore_case(false);
  } else if (word == "punctuation") {
    metric.set_ignore_punctuation(false);
  } else if (word == "space") {
    metric.set_ignore_space(false);
  } else if (word == "drop-articles") {
    metric.set_ignore_articles(true);
  } else {
    return false;
  }
  return true;
}

bool AddOptions(std::string_view words, v1::Metric& metric) {
  for (const absl::string_view word : absl::StrSplit(AbslView(words), ',')) {
    if (!AddOption(StdView(word), metric)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<v1::Metric> ParseMetric(std::string_view spec) {
  v1::Metric metric;
  std::string_view rest = spec;
  const size_t end = spec.find_first_of("=:");
  if (end != std::string_view::npos && spec[end] == '=') {
    if (end == 0) return BadMetric(spec, "has an empty name");
    metric.set_name(std::string(spec.substr(0, end)));
    rest = spec.substr(end + 1);
  }
  const size_t colon = rest.find(':');
  const std::string_view detail = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  const auto kind = ParseWord<v1::Metric::Kind>(rest.substr(0, colon));
  if (!kind.has_value()) return BadMetric(spec, "is no metric");
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
  } else if ((*kind == v1::Metric::EXACT || *kind == v1::Metric::CONTAINS) && colon != std::string_view::npos) {
    if (!AddOptions(detail, metric)) {
      return BadMetric(spec, "takes case, punctuation and space, which then count, and drop-articles after its colon");
    }
  } else if (colon != std::string_view::npos) {
    return BadMetric(spec, "takes nothing after a colon");
  }
  return metric;
}

}  // namespace attune
