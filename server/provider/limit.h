// At most so many calls of a model at once; more wait in a bounded queue, first come first served, no longer than their
// deadlines allow.
#ifndef ATTUNE_PROVIDER_LIMIT_H_
#define ATTUNE_PROVIDER_LIMIT_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"
#include "provider/gauges.h"
#include "provider/provider.h"

namespace attune {

struct LimitPolicy {
  int32_t max_in_flight = 0;     // calls of one model at once; 0: no limit
  int32_t max_waiting = 10'000;  // of one model; more are refused
};

// Each model has a limit of its own, so that one that hangs does not hold up the others of its vendor. Errors of its
// own: RESOURCE_EXHAUSTED (PROVIDER_BUSY with RetryInfo) when the queue is full, DEADLINE_EXCEEDED (PROVIDER_DEADLINE)
// when the request's deadline comes before its turn, CANCELLED. Thread-safe.
class LimitProvider final : public Provider, public GaugeSource {
 public:
  // `clock` must outlive it. `name` is the vendor's, for errors.
  LimitProvider(std::string name, std::unique_ptr<Provider> inner, LimitPolicy policy, const Clock& clock)
      : name_(std::move(name)), inner_(std::move(inner)), policy_(policy), clock_(clock) {}

  asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(const ModelRequest& request, TextSink* sink) override;
  // Calls in flight and waiting of each model that is being called; without a limit only those in flight, of all models
  // together.
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  struct Ticket {
    bool granted = false;  // the place of a call that ended was handed over
    std::shared_ptr<WaitList::Waiter> waiter;
  };
  using TicketPtr = std::shared_ptr<Ticket>;
  struct Places {
    int32_t taken = 0;
    std::deque<TicketPtr> waiting;
  };

  // A place (OK, and `ticket` null), a place in the queue (OK), or an error. Leave must follow what is OK.
  absl::Status Enter(const ModelRequest& request, const asio::any_io_executor& executor, TicketPtr& ticket);
  bool IsGranted(const TicketPtr& ticket) const;
  absl::Status TooLate(const std::string& model) const;
  // Hands the place to the next one, or gives up the place in the queue.
  void Leave(const std::string& model, const TicketPtr& ticket);

  const std::string name_;
  const std::unique_ptr<Provider> inner_;
  const LimitPolicy policy_;
  const Clock& clock_;
  std::atomic<int64_t> unlimited_{0};  // calls in flight, if there is no limit
  mutable Mutex mutex_;
  // Only models that are being called: as many as calls at most.
  absl::flat_hash_map<std::string, Places> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_LIMIT_H_
