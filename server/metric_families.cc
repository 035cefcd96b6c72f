#include "metric_families.h"

#include <limits>

namespace attune {

using prometheus::ClientMetric;
using prometheus::MetricType;

Family::Family(MetricType type, std::string name, std::string help) {
  family_.type = type;
  family_.name = std::move(name);
  family_.help = std::move(help);
}

Family Family::Counter(std::string name, std::string help) {
  return {MetricType::Counter, std::move(name), std::move(help)};
}

Family Family::Gauge(std::string name, std::string help) {
  return {MetricType::Gauge, std::move(name), std::move(help)};
}

Family Family::Histogram(std::string name, std::string help) {
  return {MetricType::Histogram, std::move(name), std::move(help)};
}

ClientMetric& Family::New(const MetricLabels& labels) {
  ClientMetric& metric = family_.metric.emplace_back();
  for (const auto& [name, value] : labels) {
    if (!value.empty()) metric.label.push_back({std::string(name), std::string(value)});
  }
  return metric;
}

void Family::Add(const MetricLabels& labels, int64_t value) { AddFraction(labels, static_cast<double>(value)); }

void Family::AddFraction(const MetricLabels& labels, double value) {
  ClientMetric& metric = New(labels);
  metric.counter.value = metric.gauge.value = value;  // only that of the family's type is read
}

void Family::Add(const MetricLabels& labels, const attune::Histogram& histogram, double unit) {
  const attune::Histogram::Snapshot now = histogram.Read();
  if (now.count == 0) return;
  ClientMetric::Histogram& shown = New(labels).histogram;
  shown.sample_count = static_cast<uint64_t>(now.count);
  shown.sample_sum = static_cast<double>(now.sum) * unit;
  uint64_t below = 0;
  for (size_t bucket = 0; bucket < now.counts.size(); ++bucket) {
    below += static_cast<uint64_t>(now.counts[bucket]);
    const bool last = bucket == kHistogramBounds;
    const double bound =
        last ? std::numeric_limits<double>::infinity() : static_cast<double>(histogram.bounds()[bucket]) * unit;
    shown.bucket.push_back({.cumulative_count = below, .upper_bound = bound});
  }
}

}  // namespace attune
