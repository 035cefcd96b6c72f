#include "provider/guarded_embedder.h"

#include "base/error.h"

namespace attune {

asio::awaitable<absl::StatusOr<Embeddings>> GuardedEmbedder::Embed(const EmbedRequest& request) {
  CallPlaces::Place place;
  if (!places_.TakeUnlimited(place)) {
    ATTUNE_CO_RETURN_IF_ERROR(co_await places_.Take(request.model, request.deadline, place));
  }
  Breakers::Passage passage;
  ATTUNE_CO_RETURN_IF_ERROR(breakers_.Enter(request.model, passage));
  absl::StatusOr<Embeddings> outcome = co_await inner_->Embed(request);
  passage.End(outcome.status());
  co_return outcome;
}

void GuardedEmbedder::ReadGauges(ProviderGauges& gauges) const {
  places_.ReadGauges(gauges);
  breakers_.ReadGauges(gauges);
}

}  // namespace attune
