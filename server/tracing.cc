#include "tracing.h"

#include <iostream>
#include <random>
#include <utility>

namespace attune {
namespace {

constexpr absl::Duration kFlushTime = absl::Seconds(2);

uint64_t RandomSeed() {
  std::random_device source;
  return uint64_t{source()} << 32 | source();
}

}  // namespace

Tracing::Tracing(const Options& options, HttpClient& http, IoPool& io, const Clock& clock) {
  if (options.otlp_endpoint.empty()) return;
  OtlpOptions otlp = {.endpoint = options.otlp_endpoint, .service_version = ATTUNE_VERSION};
  if (auto headers = CollectorHeaders(options); headers.ok()) otlp.headers = *std::move(headers);
  exporter_.emplace(std::move(otlp), http, io.Next());
  tracer_.emplace(*exporter_, clock, RandomSeed());
}

void Tracing::Shutdown() {
  if (!exporter_) return;
  exporter_->Shutdown(kFlushTime);
  const OtlpExporter::Counters spans = exporter_->counters();
  if (spans.dropped == 0) return;
  const std::string failure = exporter_->last_failure();
  std::cerr << "attuned: " << spans.dropped << " of " << spans.sent + spans.dropped
            << " spans did not reach the collector"
            << (failure.empty() ? ", because too many waited" : "; the last time because: ") << failure << std::endl;
}

}  // namespace attune
