#include "provider/route.h"

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {

absl::Status RouteProvider::NotFound(std::string_view name) const {
  std::string known;
  for (const auto& [route, steps] : routes_) StrAppend(&known, known.empty() ? "" : ", ", route);
  return Error(absl::StatusCode::kNotFound, "ROUTE_NOT_FOUND")
      .Message(StrCat("there is no route '", name, "' in the configuration; these are: ", known))
      .With("route", name)
      .With("routes", known);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> RouteProvider::Generate(const ModelRequest& request, TextSink* sink) {
  const auto route = routes_.find(request.model);
  if (route == routes_.end()) co_return NotFound(request.model);
  WatchedSink watched(sink);
  ModelRequest step_request = request;  // but for the model, it is the same for all steps
  int32_t before = 0;
  for (size_t i = 0;; ++i) {
    const Step& step = route->second[i];
    step_request.model = step.target.model;
    absl::StatusOr<ModelAnswer> outcome = co_await step.target.provider->Generate(step_request, watched.get());
    if (outcome.ok()) outcome->answered_by = step.name;
    const bool final =
        outcome.ok() || watched.passed() || i + 1 == route->second.size() || !MayFallBack(outcome.status());
    if (final) co_return AddAttempts(std::move(outcome), before);
    before += AttemptsOf(outcome);
  }
}

}  // namespace attune
