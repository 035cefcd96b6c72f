// Spans of this process on their way to a collector, if the options name one.
#ifndef ATTUNE_TRACING_H_
#define ATTUNE_TRACING_H_

#include <optional>

#include "base/clock.h"
#include "base/io_pool.h"
#include "base/trace.h"
#include "http/http_client.h"
#include "http/otlp_exporter.h"
#include "options.h"

namespace attune {

class Tracing {
 public:
  // The options must have passed CheckOptions. `http` must be made for `io`; all of it must outlive the object.
  Tracing(const Options& options, HttpClient& http, IoPool& io, const Clock& clock);

  // Null without a collector.
  Tracer* tracer() { return tracer_ ? &*tracer_ : nullptr; }

  // Sends what is left, for two seconds at most, and says on stderr if spans were lost, and why. Before the HTTP client
  // is shut down.
  void Shutdown();

 private:
  std::optional<OtlpExporter> exporter_;
  std::optional<Tracer> tracer_;
};

}  // namespace attune

#endif  // ATTUNE_TRACING_H_
