#include "provider/hedge_race.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "base/error.h"
#include "provider/attempts.h"

namespace attune {

absl::Status HedgeRace::Lane::OnText(std::string_view delta) {
  if (!race_.Claim(*this)) return absl::CancelledError("another call for the same answer was faster");
  return race_.sink_->OnText(delta);
}

bool HedgeRace::Claim(Lane& lane) {
  if (winner_ == nullptr) {
    winner_ = &lane;
    changed_.Notify();
  }
  return winner_ == &lane;
}

asio::awaitable<void> HedgeRace::Ask(Lane& lane) {
  co_await asio::this_coro::throw_if_cancelled(false);
  lane.asked = true;
  lane.outcome = co_await inner_.Generate(request_, sink_ == nullptr ? nullptr : &lane);
  lane.answered = true;
  if (lane.outcome.ok()) Claim(lane);
}

asio::awaitable<void> HedgeRace::AskLate(const Sleeper& sleeper, absl::Duration delay,
                                         const std::function<bool()>& permit) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const absl::Status slept = co_await sleeper.Sleep(delay);
  // The wait may have ended in the same moment as the first call.
  if (slept.ok() && Wanted(hedge_) && permit()) co_await Ask(hedge_);
}

void HedgeRace::Start(Lane& lane, asio::awaitable<void> work) {
  lane.running = true;
  const auto ended = [this, &lane](const std::exception_ptr& thrown) {
    // It can only be one of a library: a defect, not the caller's.
    if (thrown != nullptr) lane.outcome = absl::InternalError("an unexpected failure inside the server");
    lane.answered = true;
    lane.running = false;
    changed_.Notify();
  };
  asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(lane.cancel.slot(), ended));
}

bool HedgeRace::Wanted(const Lane& lane) const {
  if (winner_ != nullptr) return winner_ == &lane;
  return &lane == &first_ || hedge_.asked || !first_.answered;
}

void HedgeRace::StopUnwanted(bool caller_left) {
  for (Lane* const lane : {&first_, &hedge_}) {
    if (!lane->running || lane->stopped || (!caller_left && Wanted(*lane))) continue;
    lane->stopped = true;
    lane->cancel.emit(asio::cancellation_type::terminal);
  }
}

HedgeRace::Outcome HedgeRace::TakeOutcome(bool caller_left) {
  bool take_hedge = winner_ == &hedge_;
  // The first call had failed already, and the caller left while the hedge ran: that is what ended it.
  if (winner_ == nullptr && caller_left && hedge_.asked) take_hedge = !absl::IsCancelled(first_.outcome.status());
  Lane& taken = take_hedge ? hedge_ : first_;
  Lane& other = take_hedge ? first_ : hedge_;
  return AddAttempts(std::move(taken.outcome), other.asked ? AttemptsOf(other.outcome) : 0);
}

asio::awaitable<HedgeRace::Outcome> HedgeRace::Run(const Sleeper& sleeper, absl::Duration delay,
                                                   const std::function<bool()>& permit) {
  // A cancellation that came between two waits has found nothing to cancel; it must not start a call.
  const asio::cancellation_state before = co_await asio::this_coro::cancellation_state;
  if (before.cancelled() != asio::cancellation_type::none) co_return CallerLeft(0);
  Start(first_, Ask(first_));
  if (Wanted(hedge_)) Start(hedge_, AskLate(sleeper, delay, permit));
  for (;;) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    const bool caller_left = state.cancelled() != asio::cancellation_type::none;
    StopUnwanted(caller_left);
    if (!first_.running && !hedge_.running) co_return TakeOutcome(caller_left);
    co_await changed_.Wait();
  }
}

}  // namespace attune
