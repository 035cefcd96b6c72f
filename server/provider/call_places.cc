#include "provider/call_places.h"

#include <algorithm>
#include <asio/this_coro.hpp>

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {
namespace {

constexpr absl::Duration kBusyRetryDelay = absl::Seconds(1);

}  // namespace

absl::Status CallPlaces::Enter(const std::string& model, absl::Time begin_by, const asio::any_io_executor& executor,
                               TicketPtr& ticket) {
  const absl::Duration remaining = begin_by - clock_.Now();
  MutexLock lock(mutex_);
  Places& places = places_[model];
  if (places.taken < policy_.max_in_flight) {
    ++places.taken;
    return absl::OkStatus();
  }
  if (places.waiting.size() >= static_cast<size_t>(policy_.max_waiting)) {
    return Error(absl::StatusCode::kResourceExhausted, "PROVIDER_BUSY")
        .Message(StrCat(name_, "'s model '", model, "' has ", policy_.max_in_flight, " calls in flight and ",
                        policy_.max_waiting, " waiting, which is as many as the configuration allows"))
        .With("provider", name_)
        .With("model", model)
        .With("attempts", 0)
        .RetryAfter(kBusyRetryDelay)
        .Quota(StrCat("provider:", name_), "calls in flight and waiting");
  }
  ticket = std::make_shared<Ticket>();
  ticket->waiter = std::make_shared<WaitList::Waiter>(executor, remaining);
  places.waiting.push_back(ticket);
  return absl::OkStatus();
}

bool CallPlaces::IsGranted(const TicketPtr& ticket) const {
  MutexLock lock(mutex_);
  return ticket == nullptr || ticket->granted;
}

absl::Status CallPlaces::TooLate(const std::string& model) const {
  return Error(absl::StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE")
      .Message(StrCat("the deadline came while the call waited for one of the ", policy_.max_in_flight, " places of ",
                      name_, "'s model '", model, "'"))
      .With("provider", name_)
      .With("phase", "queue")
      .With("attempts", 0);
}

void CallPlaces::Leave(const std::string& model, const TicketPtr& ticket) {
  if (policy_.max_in_flight == 0) {
    unlimited_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  MutexLock lock(mutex_);
  const auto found = places_.find(model);
  Places& places = found->second;
  if (ticket != nullptr && !ticket->granted) {
    std::erase(places.waiting, ticket);
  } else if (!places.waiting.empty()) {  // the place changes hands
    const TicketPtr next = std::move(places.waiting.front());
    places.waiting.pop_front();
    next->granted = true;
    WaitList::Wake(next->waiter);
  } else if (--places.taken == 0) {
    places_.erase(found);
  }
}

void CallPlaces::ReadGauges(ProviderGauges& gauges) const {
  if (policy_.max_in_flight == 0) return gauges.AddInFlight("", unlimited_.load(std::memory_order_relaxed));
  MutexLock lock(mutex_);
  for (const auto& [model, places] : places_) {
    gauges.AddInFlight(model, places.taken);
    gauges.AddWaiting(model, static_cast<int64_t>(places.waiting.size()));
  }
}

bool CallPlaces::TakeUnlimited(Place& place) {
  if (policy_.max_in_flight != 0) return false;
  unlimited_.fetch_add(1, std::memory_order_relaxed);
  place.places_ = this;
  return true;
}

asio::awaitable<absl::Status> CallPlaces::Take(const std::string& model, absl::Time begin_by, Place& place) {
  if (TakeUnlimited(place)) co_return absl::OkStatus();
  place.model_ = model;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  ATTUNE_CO_RETURN_IF_ERROR(Enter(model, begin_by, executor, place.ticket_));
  place.places_ = this;  // from here on its owner gives it back, whatever happens
  if (place.ticket_ != nullptr) co_await place.ticket_->waiter->Wait();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return CallerLeft(0);
  if (!IsGranted(place.ticket_)) co_return TooLate(model);
  co_return absl::OkStatus();
}

}  // namespace attune
