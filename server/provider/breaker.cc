#include "provider/breaker.h"

#include "base/error.h"

namespace attune {

asio::awaitable<absl::StatusOr<ModelAnswer>> BreakerProvider::Generate(const ModelRequest& request, TextSink* sink) {
  Breakers::Passage passage;
  ATTUNE_CO_RETURN_IF_ERROR(breakers_.Enter(request.model, passage));
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, sink);
  passage.End(outcome.status());
  co_return outcome;
}

}  // namespace attune
