// What the decorators of the providers know at a moment, for metrics: breakers, calls in flight, calls that wait; and
// what they have counted since they began.
#ifndef ATTUNE_PROVIDER_GAUGES_H_
#define ATTUNE_PROVIDER_GAUGES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace attune {

enum class BreakerState { kClosed, kHalfOpen, kOpen };

struct HedgeCounts {
  int64_t begun = 0;
  int64_t won = 0;      // of these: they were faster than the calls that they hedged
  int64_t refused = 0;  // their time had come, and the budget had none left
};

// What is not set is not known.
struct ModelGauges {
  std::optional<BreakerState> breaker;
  std::optional<int64_t> in_flight;
  std::optional<int64_t> waiting;
  std::optional<HedgeCounts> hedges;
};

inline constexpr size_t kMaxGaugedModels = 1'024;  // of one provider; the rest go together as kOtherModels
inline constexpr std::string_view kOtherModels = "other";

// Of one provider, by the vendor's own names of its models; "" is for what it counts over all of them together.
class ProviderGauges {
 public:
  // Of several that go together, the worst.
  void SetBreaker(std::string_view model, BreakerState state);
  void AddInFlight(std::string_view model, int64_t calls);
  void AddWaiting(std::string_view model, int64_t calls);
  void AddHedges(std::string_view model, const HedgeCounts& counts);

  const std::map<std::string, ModelGauges, std::less<>>& models() const { return models_; }

 private:
  ModelGauges& Of(std::string_view model);

  std::map<std::string, ModelGauges, std::less<>> models_;
};

// A decorator that has gauges. Thread-safe; meant to be called every few seconds.
class GaugeSource {
 public:
  virtual ~GaugeSource() = default;
  // Adds its own.
  virtual void ReadGauges(ProviderGauges& gauges) const = 0;
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_GAUGES_H_
