// How an answer is scored against the expected one: the metrics of a request, checked and compiled once. Pure.
#ifndef ATTUNE_EVALUATE_METRICS_H_
#define ATTUNE_EVALUATE_METRICS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "attune/v1/evaluations.pb.h"
#include "evaluate/normalize.h"

namespace re2 {
class RE2;
}

namespace attune {

inline constexpr int kMaxMetrics = 16;
inline constexpr size_t kMaxPatternBytes = 4 << 10;
inline constexpr size_t kMaxQuotedBytes = 8 << 10;     // of an expected output that a pattern quotes
inline constexpr int64_t kMaxPatternMemory = 1 << 20;  // bytes of one compiled pattern; bounds the time of a match

// Immutable; copies share their patterns. Any thread.
class Metrics {
 public:
  using Protos = google::protobuf::RepeatedPtrField<v1::Metric>;

  // The metrics as they are used: names filled in, EXACT if there is none. INVALID_ARGUMENT (BAD_METRIC, with the
  // path).
  static absl::StatusOr<Protos> Resolve(const Protos& metrics);
  // INVALID_ARGUMENT (BAD_METRIC). `metrics`: as Resolve gave them.
  static absl::StatusOr<Metrics> Compile(const Protos& metrics);

  // Whether two metrics, as Resolve gave them, have one name and score every answer alike.
  static bool Same(const v1::Metric& a, const v1::Metric& b);

  // No metrics; for containers.
  Metrics() = default;

  size_t size() const { return metrics_.size(); }
  const std::string& name(size_t metric) const { return metrics_[metric].name; }

  // Whether every metric can score against this expected output. INVALID_ARGUMENT (BAD_METRIC).
  absl::Status CheckExpected(std::string_view expected) const;

  // 0 to 1 for each metric, in order.
  std::vector<double> Score(std::string_view answer, std::string_view expected) const;

 private:
  struct Metric {
    v1::Metric::Kind kind = v1::Metric::EXACT;
    std::string name;
    Normalization normalization;
    double tolerance = 0;
    std::string pattern;                         // of REGEX that quotes the expected output
    std::shared_ptr<const re2::RE2> expression;  // of REGEX that does not
  };
  static double ScoreOne(const Metric& metric, std::string_view answer, std::string_view expected);

  std::vector<Metric> metrics_;
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_METRICS_H_
