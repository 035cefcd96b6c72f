// Short ways to write down Prometheus' metrics.
#ifndef ATTUNE_METRIC_FAMILIES_H_
#define ATTUNE_METRIC_FAMILIES_H_

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"

namespace attune {

// Names and values; one without a value is left out, which is the same to Prometheus.
using MetricLabels = std::vector<std::pair<std::string_view, std::string_view>>;

class Family {
 public:
  static Family Counter(std::string name, std::string help);
  static Family Gauge(std::string name, std::string help);
  static Family Histogram(std::string name, std::string help);

  // Of a counter or a gauge: `value` times `unit`.
  void Add(const MetricLabels& labels, int64_t value, double unit = 1);
  void AddFraction(const MetricLabels& labels, double value);
  // Of a histogram: nothing if it is empty. One of its values is `unit` of the metric's, as 1e-9 for nanoseconds.
  void Add(const MetricLabels& labels, const attune::Histogram& histogram, double unit);

  prometheus::MetricFamily Take() && { return std::move(family_); }

 private:
  Family(prometheus::MetricType type, std::string name, std::string help);
  prometheus::ClientMetric& New(const MetricLabels& labels);

  prometheus::MetricFamily family_;
};

using Families = std::vector<prometheus::MetricFamily>;

// Appends the family, also if it is empty.
inline void Put(Family family, Families& families) { families.push_back(std::move(family).Take()); }

}  // namespace attune

#endif  // ATTUNE_METRIC_FAMILIES_H_
