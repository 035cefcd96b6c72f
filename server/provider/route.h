// One name for several models: the first is asked, and the next one when the vendor of the one before fails.
#ifndef ATTUNE_PROVIDER_ROUTE_H_
#define ATTUNE_PROVIDER_ROUTE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/jitter.h"
#include "provider/provider.h"
#include "provider/registry.h"

namespace attune {

inline constexpr std::string_view kRouteName = "route";  // as in "route/main"
// Models of one route: together with the retries of each they bound the calls that one request can make.
inline constexpr size_t kMaxRouteModels = 10;

// A provider whose models are the routes. A route is a list of choices. Within a choice the models are tried in an
// order drawn anew for each call, so that each comes first in proportion to its weight; then comes the next choice. The
// request's deadline holds for all of them together. A model is passed over for the next one only where MayFallBack()
// says so, and never after text has reached the sink; and if the prompt is likely too long for it, unless it is the
// last. A model that is not the last gets kShareOfTime of what is left of the deadline, so that one that hangs leaves
// time for the next: for its whole answer, or for the first text of a stream, which then has all of the time. It is not
// waited for longer than kPatience when its vendor asks for a wait. When all fail the failure is the last one's.
class RouteProvider final : public Provider {
 public:
  struct Step {
    ResolvedModel target;  // whose provider and facts must outlive this object
    double weight = 1;     // above 0
  };
  using Choice = std::vector<Step>;   // at least one
  using Route = std::vector<Choice>;  // at least one
  using Routes = std::map<std::string, Route, std::less<>>;
  static constexpr double kShareOfTime = 2.0 / 3;
  static constexpr absl::Duration kPatience = absl::Seconds(2);
  // Clock and jitter must outlive it.
  RouteProvider(Routes routes, const Clock& clock, Jitter& jitter)
      : routes_(std::move(routes)), clock_(clock), jitter_(jitter) {}

  // Errors of its own: NOT_FOUND (ROUTE_NOT_FOUND).
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  std::vector<const Step*> Draw(const Route& route);
  void DrawChoice(const Choice& choice, std::vector<const Step*>& order);
  absl::Status NotFound(std::string_view name) const;
  // The request as this step gets it.
  void Adapt(const ModelRequest& request, const Step& step, bool last, bool stream, ModelRequest& adapted) const;
  bool MayGoOn(const absl::Status& failure, const ModelRequest& request) const;

  const Routes routes_;
  const Clock& clock_;
  Jitter& jitter_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_ROUTE_H_
