#include "provider/route.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "base/token_estimate.h"
#include "provider/attempts.h"

namespace attune {
namespace {

// The estimate is rough, so a model is left out only where another can be asked.
bool IsLikelyTooLong(const ModelRequest& request, const ModelFacts& facts) {
  if (facts.context_tokens == 0) return false;
  return EstimateTokens(request.messages) + request.parameters.max_tokens.value_or(0) > facts.context_tokens;
}

}  // namespace

absl::Status RouteProvider::NotFound(std::string_view name) const {
  std::string known;
  for (const auto& [route, choices] : routes_) StrAppend(&known, known.empty() ? "" : ", ", route);
  return Error(absl::StatusCode::kNotFound, "ROUTE_NOT_FOUND")
      .Message(StrCat("there is no route '", name, "' in the configuration; these are: ", known))
      .With("route", name)
      .With("routes", known);
}

// Without replacement, each next one in proportion to the weights of those that are left.
void RouteProvider::DrawChoice(const Choice& choice, std::vector<const Step*>& order) {
  double total = 0;
  const size_t begin = order.size();
  for (const Step& step : choice) {
    total += step.weight;
    order.push_back(&step);
  }
  for (size_t next = begin; next + 1 < order.size(); ++next) {
    double at = jitter_.Next() * total;
    size_t drawn = next;
    while (drawn + 1 < order.size() && at >= order[drawn]->weight) at -= order[drawn++]->weight;
    total -= order[drawn]->weight;
    std::swap(order[next], order[drawn]);
  }
}

std::vector<const RouteProvider::Step*> RouteProvider::Draw(const Route& route) {
  std::vector<const Step*> order;
  order.reserve(kMaxRouteModels);
  for (const Choice& choice : route) DrawChoice(choice, order);
  return order;
}

void RouteProvider::Adapt(const ModelRequest& request, const Step& step, bool last, bool stream,
                          ModelRequest& adapted) const {
  adapted.model = step.target.model;
  adapted.parameters = Merge(step.target.facts->defaults, request.parameters);
  adapted.deadline = request.deadline;
  adapted.first_text_by = request.first_text_by;
  adapted.patience = request.patience;
  if (last) return;
  adapted.patience = std::min(request.patience, kPatience);
  if (request.deadline == absl::InfiniteFuture()) return;
  const absl::Time now = clock_.Now();
  (stream ? adapted.first_text_by : adapted.deadline) = now + (request.deadline - now) * kShareOfTime;
}

// A step whose own share of the time is over has not used up the request's.
bool RouteProvider::MayGoOn(const absl::Status& failure, const ModelRequest& request) const {
  return MayFallBack(failure) || (absl::IsDeadlineExceeded(failure) && clock_.Now() < request.deadline);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> RouteProvider::Generate(const ModelRequest& request, TextSink* sink) {
  const auto route = routes_.find(request.model);
  if (route == routes_.end()) co_return NotFound(request.model);
  const std::vector<const Step*> order = Draw(route->second);
  WatchedSink watched(sink);
  ModelRequest step_request = request;  // the messages are the same for all steps
  int32_t before = 0;
  bool failed = false;
  for (size_t i = 0;; ++i) {
    const Step& step = *order[i];
    const bool last = i + 1 == order.size();
    Adapt(request, step, last, sink != nullptr, step_request);
    if (!last && IsLikelyTooLong(step_request, *step.target.facts)) continue;
    absl::StatusOr<ModelAnswer> outcome = co_await step.target.provider->Generate(step_request, watched.get());
    if (outcome.ok()) {
      outcome->answered_by = step.target.name;
      outcome->fallback = failed;
    }
    if (outcome.ok() || watched.passed() || last || !MayGoOn(outcome.status(), request)) {
      co_return AddAttempts(std::move(outcome), before);
    }
    before += AttemptsOf(outcome);
    failed = true;
  }
}

}  // namespace attune
