#include "provider/limit.h"

#include "base/error.h"

namespace attune {

asio::awaitable<absl::StatusOr<ModelAnswer>> LimitProvider::Generate(const ModelRequest& request, TextSink* sink) {
  CallPlaces::Place place;
  if (!places_.TakeUnlimited(place)) {
    ATTUNE_CO_RETURN_IF_ERROR(co_await places_.Take(request.model, request.BeginBy(), place));
  }
  co_return co_await inner_->Generate(request, sink);
}

}  // namespace attune
