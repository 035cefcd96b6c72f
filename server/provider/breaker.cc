#include "provider/breaker.h"

#include "absl/cleanup/cleanup.h"
#include "base/error.h"

namespace attune {

asio::awaitable<absl::StatusOr<ModelAnswer>> BreakerProvider::Generate(const ModelRequest& request, TextSink* sink) {
  Breakers::Passage passage;
  ATTUNE_CO_RETURN_IF_ERROR(breakers_.Enter(request.model, passage));
  // A call that ends by an exception says nothing of the vendor's health; if it was the probe, another one may try.
  absl::Cleanup give_up = [&] { breakers_.Leave(request.model, passage, absl::CancelledError("")); };
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, sink);
  breakers_.Leave(request.model, passage, outcome.status());
  std::move(give_up).Cancel();
  co_return outcome;
}

}  // namespace attune
