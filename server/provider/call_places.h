// At most so many calls of a model at once; more wait in a bounded queue, first come first served, no longer than their
// deadlines allow.
//
//   CallPlaces::Place place;
//   if (!places.TakeUnlimited(place)) ATTUNE_CO_RETURN_IF_ERROR(co_await places.Take(model, deadline, place));
//   ... ask; the place is given back when it goes ...
#ifndef ATTUNE_PROVIDER_CALL_PLACES_H_
#define ATTUNE_PROVIDER_CALL_PLACES_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/wait_list.h"
#include "provider/gauges.h"

namespace attune {

struct LimitPolicy {
  int32_t max_in_flight = 0;     // calls of one model at once; 0: no limit
  int32_t max_waiting = 10'000;  // of one model; more are refused
};

// Each model has a limit of its own, so that one that hangs does not hold up the others of its vendor. Thread-safe.
class CallPlaces final : public GaugeSource {
 private:
  struct Ticket {
    bool granted = false;  // the place of a call that ended was handed over
    std::shared_ptr<WaitList::Waiter> waiter;
  };

 public:
  // None, or one in the queue or taken, until it goes. The CallPlaces must outlive it.
  class Place {
   public:
    Place() = default;
    ~Place() {
      if (places_ != nullptr) places_->Leave(model_, ticket_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend class CallPlaces;
    CallPlaces* places_ = nullptr;
    std::string model_;
    std::shared_ptr<Ticket> ticket_;  // null: it did not have to wait
  };

  // `clock` must outlive it. `name` is the vendor's, for errors.
  CallPlaces(std::string name, LimitPolicy policy, const Clock& clock)
      : name_(std::move(name)), policy_(policy), clock_(clock) {}

  // If there is no limit, takes `place`, which must be none, at once: most calls need no coroutine for it.
  bool TakeUnlimited(Place& place);
  // The same in any case: `place`, which must be none, is taken when it returns OK. Errors: RESOURCE_EXHAUSTED
  // (PROVIDER_BUSY with RetryInfo) when the queue is full, DEADLINE_EXCEEDED (PROVIDER_DEADLINE) when `begin_by` comes
  // before its turn, CANCELLED.
  asio::awaitable<absl::Status> Take(const std::string& model, absl::Time begin_by, Place& place);
  // Calls in flight and waiting of each model that is being called; without a limit only those in flight, of all models
  // together.
  void ReadGauges(ProviderGauges& gauges) const override;

 private:
  using TicketPtr = std::shared_ptr<Ticket>;
  struct Places {
    int32_t taken = 0;
    std::deque<TicketPtr> waiting;
  };

  // A place (OK, and `ticket` null), a place in the queue (OK), or an error. Leave must follow what is OK.
  absl::Status Enter(const std::string& model, absl::Time begin_by, const asio::any_io_executor& executor,
                     TicketPtr& ticket);
  bool IsGranted(const TicketPtr& ticket) const;
  absl::Status TooLate(const std::string& model) const;
  // Hands the place to the next one, or gives up the place in the queue.
  void Leave(const std::string& model, const TicketPtr& ticket);

  const std::string name_;
  const LimitPolicy policy_;
  const Clock& clock_;
  std::atomic<int64_t> unlimited_{0};  // calls in flight, if there is no limit
  mutable Mutex mutex_;
  // Only models that are being called: as many as calls at most.
  absl::flat_hash_map<std::string, Places> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_CALL_PLACES_H_
