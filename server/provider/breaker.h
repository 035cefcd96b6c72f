// Stops asking a model whose vendor keeps failing, so that callers fail at once, or fall back, and the vendor recovers.
#ifndef ATTUNE_PROVIDER_BREAKER_H_
#define ATTUNE_PROVIDER_BREAKER_H_

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "provider/breakers.h"
#include "provider/gauges.h"
#include "provider/provider.h"

namespace attune {

// Errors of its own: those of Breakers. Thread-safe.
class BreakerProvider final : public Provider, public GaugeSource {
 public:
  // `clock` must outlive it. `name` is the vendor's, for errors.
  BreakerProvider(std::string name, std::unique_ptr<Provider> inner, BreakerPolicy policy, const Clock& clock)
      : inner_(std::move(inner)),
        breakers_(std::move(name), "ask by a route that has another model to fall back on", policy, clock) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
  void ReadGauges(ProviderGauges& gauges) const override { breakers_.ReadGauges(gauges); }

 private:
  const std::unique_ptr<Provider> inner_;
  Breakers breakers_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_BREAKER_H_
