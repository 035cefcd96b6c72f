// An embedder behind a limit of calls in flight and a circuit breaker, as the chat models of its vendor are.
#ifndef ATTUNE_PROVIDER_GUARDED_EMBEDDER_H_
#define ATTUNE_PROVIDER_GUARDED_EMBEDDER_H_

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "provider/breakers.h"
#include "provider/call_places.h"
#include "provider/embedder.h"
#include "provider/gauges.h"

namespace attune {

// The breaker stands within the queue, so that calls that wait fail at once when it opens. Errors of its own: those of
// CallPlaces::Take and of Breakers. Thread-safe.
class GuardedEmbedder final : public Embedder, public GaugeSource {
 public:
  // `clock` must outlive it. `name` is the vendor's, for errors.
  GuardedEmbedder(const std::string& name, std::unique_ptr<Embedder> inner, LimitPolicy limit, BreakerPolicy breaker,
                  const Clock& clock)
      : inner_(std::move(inner)),
        places_(name, limit, clock),
        breakers_(name, "let the prompt fall back to LEXICAL", breaker, clock) {}

  asio::awaitable<absl::StatusOr<Embeddings>> Embed(const EmbedRequest& request) override;
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  const std::unique_ptr<Embedder> inner_;
  CallPlaces places_;
  Breakers breakers_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_GUARDED_EMBEDDER_H_
