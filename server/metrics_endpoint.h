// Serves the metrics over HTTP, at /metrics, to whoever scrapes them.
#ifndef ATTUNE_METRICS_ENDPOINT_H_
#define ATTUNE_METRICS_ENDPOINT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "metrics.h"

namespace prometheus {
class Exposer;
}

namespace attune {

// Has two threads of its own. Neither encrypts nor asks who is there.
class MetricsEndpoint {
 public:
  // Listens on `address` (host:port; port 0: any free one), which CheckOptions has found good. UNAVAILABLE
  // (CANNOT_LISTEN).
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Start(const std::string& address, MetricsSources sources);
  // Ends after the scrapes that run.
  ~MetricsEndpoint();

  int port() const { return port_; }

 private:
  MetricsEndpoint(const std::string& address, MetricsSources sources);

  const std::string address_;
  const std::shared_ptr<MetricsCollector> metrics_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_METRICS_ENDPOINT_H_
