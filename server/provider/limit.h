// At most so many calls of a model at once, see call_places.h.
#ifndef ATTUNE_PROVIDER_LIMIT_H_
#define ATTUNE_PROVIDER_LIMIT_H_

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "provider/call_places.h"
#include "provider/gauges.h"
#include "provider/provider.h"

namespace attune {

// Errors of its own: those of CallPlaces::Take. Thread-safe.
class LimitProvider final : public Provider, public GaugeSource {
 public:
  // `clock` must outlive it. `name` is the vendor's, for errors.
  LimitProvider(std::string name, std::unique_ptr<Provider> inner, LimitPolicy policy, const Clock& clock)
      : inner_(std::move(inner)), places_(std::move(name), policy, clock) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
  void ReadGauges(ProviderGauges& gauges) const override { places_.ReadGauges(gauges); }

 private:
  const std::unique_ptr<Provider> inner_;
  CallPlaces places_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_LIMIT_H_
