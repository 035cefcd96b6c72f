// One name for several models: the first is asked, and the next one when the vendor of the one before fails.
#ifndef ATTUNE_PROVIDER_ROUTE_H_
#define ATTUNE_PROVIDER_ROUTE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provider/provider.h"
#include "provider/registry.h"

namespace attune {

inline constexpr std::string_view kRouteName = "route";  // as in "route/main"

// A provider whose models are the routes. The request's deadline holds for all steps together. A step is passed over
// for the next one only where MayFallBack() says so, and never after text has reached the sink. When
// all steps fail the failure is the last one's.
class RouteProvider final : public Provider {
 public:
  struct Step {
    ResolvedModel target;  // whose provider must outlive this object
    std::string name;      // "provider/model"
  };
  using Steps = std::vector<Step>;  // at least one
  explicit RouteProvider(std::map<std::string, Steps, std::less<>> routes) : routes_(std::move(routes)) {}

  // Errors of its own: NOT_FOUND (ROUTE_NOT_FOUND).
  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;

 private:
  absl::Status NotFound(std::string_view name) const;

  const std::map<std::string, Steps, std::less<>> routes_;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_ROUTE_H_
