#include "evaluate/metrics.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "base/strings.h"
#include "evaluate/numbers.h"

namespace attune {
namespace {

constexpr std::string_view kQuotedOutput = "{{output}}";
constexpr size_t kMaxMetricNameBytes = 128;

// A decimal difference such as 1.1 - 1.0 is a little over 0.1 in binary; that much is no difference.
constexpr double kRounding = 1e-12;

re2::StringPiece Piece(std::string_view text) { return re2::StringPiece(text.data(), text.size()); }

std::shared_ptr<const re2::RE2> CompilePattern(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  return std::make_shared<const re2::RE2>(Piece(pattern), options);
}

std::string Quote(std::string_view pattern, std::string_view expected) {
  return absl::StrReplaceAll(AbslView(pattern), {{AbslView(kQuotedOutput), re2::RE2::QuoteMeta(Piece(expected))}});
}

absl::Status BadMetric(size_t index, std::string_view field, std::string_view why) {
  return BadField("BAD_METRIC", StrCat("metrics[", index, "].", field), why);
}

std::string KindName(v1::Metric::Kind kind) { return absl::AsciiStrToLower(v1::Metric::Kind_Name(kind)); }

absl::Status CheckMetric(const v1::Metric& metric, size_t index) {
  if (metric.kind() == v1::Metric::KIND_UNSPECIFIED || !v1::Metric::Kind_IsValid(metric.kind())) {
    return BadMetric(index, "kind", "is not a metric; use EXACT, CONTAINS, REGEX, NUMERIC or TOKEN_F1");
  }
  if (metric.name().size() > kMaxMetricNameBytes) return BadMetric(index, "name", "has more than 128 bytes");
  if (!std::isfinite(metric.tolerance()) || metric.tolerance() < 0) {
    return BadMetric(index, "tolerance", "is not a number from 0 on");
  }
  if (metric.kind() != v1::Metric::REGEX) {
    return metric.pattern().empty() ? absl::OkStatus() : BadMetric(index, "pattern", "is for REGEX only");
  }
  if (metric.pattern().empty()) return BadMetric(index, "pattern", "REGEX needs a pattern");
  if (metric.pattern().size() > kMaxPatternBytes) return BadMetric(index, "pattern", "has more than 4096 bytes");
  const auto expression = CompilePattern(Quote(metric.pattern(), "x"));
  if (expression->ok()) return absl::OkStatus();
  return BadMetric(index, "pattern", StrCat("is not RE2 syntax: ", expression->error()));
}

double Exact(std::string_view answer, std::string_view expected, const Normalization& normalization) {
  return Normalize(answer, normalization) == Normalize(expected, normalization) ? 1 : 0;
}

double Contains(std::string_view answer, std::string_view expected, const Normalization& normalization) {
  const std::string whole = Normalize(answer, normalization);
  const std::string part = Normalize(expected, normalization);
  if (part.empty()) return whole.empty() ? 1 : 0;
  return whole.find(part) != std::string::npos ? 1 : 0;
}

double Numeric(std::string_view answer, std::string_view expected, double tolerance) {
  const std::optional<double> a = LastNumber(answer);
  const std::optional<double> b = LastNumber(expected);
  if (!a.has_value() || !b.has_value()) return 0;
  return std::abs(*a - *b) <= tolerance + kRounding * std::max(std::abs(*a), std::abs(*b)) ? 1 : 0;
}

double TokenF1(std::string_view answer, std::string_view expected) {
  const Normalization all{.drop_articles = true};
  const std::string a = Normalize(answer, all);
  const std::string b = Normalize(expected, all);
  const std::vector<std::string_view> given = SplitWords(a);
  const std::vector<std::string_view> wanted = SplitWords(b);
  if (given.empty() || wanted.empty()) return given.empty() == wanted.empty() ? 1 : 0;
  absl::flat_hash_map<std::string_view, int> left;
  for (const std::string_view word : wanted) ++left[word];
  double shared = 0;
  for (const std::string_view word : given) {
    const auto found = left.find(word);
    if (found != left.end() && found->second-- > 0) ++shared;
  }
  return 2 * shared / static_cast<double>(given.size() + wanted.size());
}

// What is not set is on.
Normalization NormalizationOf(const v1::Metric& metric) {
  return {.fold_case = !metric.has_ignore_case() || metric.ignore_case(),
          .drop_punctuation = !metric.has_ignore_punctuation() || metric.ignore_punctuation(),
          .join_space = !metric.has_ignore_space() || metric.ignore_space(),
          .drop_articles = metric.ignore_articles()};
}

}  // namespace

absl::StatusOr<Metrics::Protos> Metrics::Resolve(const Protos& metrics) {
  if (metrics.size() > kMaxMetrics) {
    return BadField("BAD_METRIC", "metrics", StrCat("has ", metrics.size(), " metrics; the limit is ", kMaxMetrics));
  }
  Protos resolved = metrics;
  if (resolved.empty()) resolved.Add()->set_kind(v1::Metric::EXACT);
  std::set<std::string> names;
  for (int i = 0; i < resolved.size(); ++i) {
    v1::Metric& metric = *resolved.Mutable(i);
    ATTUNE_RETURN_IF_ERROR(CheckMetric(metric, static_cast<size_t>(i)));
    if (metric.name().empty()) metric.set_name(KindName(metric.kind()));
    if (names.insert(metric.name()).second) continue;
    return BadMetric(static_cast<size_t>(i), "name", StrCat("'", metric.name(), "' names another metric already"));
  }
  return resolved;
}

absl::StatusOr<Metrics> Metrics::Compile(const Protos& metrics) {
  Metrics compiled;
  for (const v1::Metric& proto : metrics) {
    ATTUNE_RETURN_IF_ERROR(CheckMetric(proto, compiled.metrics_.size()));
    Metric& metric = compiled.metrics_.emplace_back();
    metric.kind = proto.kind();
    metric.name = proto.name();
    metric.normalization = NormalizationOf(proto);
    metric.tolerance = proto.tolerance();
    if (metric.kind != v1::Metric::REGEX) continue;
    if (StdView(proto.pattern()).find(kQuotedOutput) == std::string_view::npos) {
      metric.expression = CompilePattern(proto.pattern());
    } else {
      metric.pattern = proto.pattern();
    }
  }
  return compiled;
}

bool Metrics::Same(const v1::Metric& a, const v1::Metric& b) {
  return a.kind() == b.kind() && a.name() == b.name() && a.pattern() == b.pattern() && a.tolerance() == b.tolerance() &&
         NormalizationOf(a) == NormalizationOf(b);
}

absl::Status Metrics::CheckExpected(std::string_view expected) const {
  for (size_t i = 0; i < metrics_.size(); ++i) {
    if (metrics_[i].pattern.empty()) continue;
    if (expected.size() > kMaxQuotedBytes) {
      return BadMetric(
          i, "pattern",
          StrCat("quotes an expected output of ", expected.size(), " bytes; the limit is ", kMaxQuotedBytes));
    }
    const auto expression = CompilePattern(Quote(metrics_[i].pattern, expected));
    if (!expression->ok()) {
      return BadMetric(i, "pattern", StrCat("does not work with the expected output in it: ", expression->error()));
    }
  }
  return absl::OkStatus();
}

double Metrics::ScoreOne(const Metric& metric, std::string_view answer, std::string_view expected) {
  switch (metric.kind) {
    case v1::Metric::EXACT:
      return Exact(answer, expected, metric.normalization);
    case v1::Metric::CONTAINS:
      return Contains(answer, expected, metric.normalization);
    case v1::Metric::REGEX: {
      const auto expression = metric.expression ? metric.expression : CompilePattern(Quote(metric.pattern, expected));
      return expression->ok() && re2::RE2::PartialMatch(Piece(answer), *expression) ? 1 : 0;
    }
    case v1::Metric::NUMERIC:
      return Numeric(answer, expected, metric.tolerance);
    case v1::Metric::TOKEN_F1:
      return TokenF1(answer, expected);
    default:
      return 0;  // Compile lets no other kind through
  }
}

std::vector<double> Metrics::Score(std::string_view answer, std::string_view expected) const {
  std::vector<double> scores;
  scores.reserve(metrics_.size());
  for (const Metric& metric : metrics_) scores.push_back(ScoreOne(metric, answer, expected));
  return scores;
}

}  // namespace attune
