// Two calls of one provider for the same answer: the second, the hedge, starts late, and only if the first has given
// nothing by then. Whichever succeeds first wins; with a sink, whichever first has text.
#ifndef ATTUNE_PROVIDER_HEDGE_RACE_H_
#define ATTUNE_PROVIDER_HEDGE_RACE_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <functional>

#include "base/sleep.h"
#include "base/wake_up.h"
#include "provider/provider.h"

namespace attune {

// Lives in the frame of the coroutine that runs it, for one call of Run. All of it happens on the one thread of
// `executor`, which is that coroutine's, so that it needs no lock. What is given must outlive it.
class HedgeRace {
 public:
  using Outcome = absl::StatusOr<ModelAnswer>;

  HedgeRace(Provider& inner, const ModelRequest& request, TextSink* sink, const asio::any_io_executor& executor)
      : inner_(inner), request_(request), sink_(sink), executor_(executor), changed_(executor) {}
  HedgeRace(const HedgeRace&) = delete;
  HedgeRace& operator=(const HedgeRace&) = delete;

  // The winner's outcome. If the first call fails before the hedge has begun, its failure; if both fail, the first's.
  // `permit` is asked once, when `delay` is over, and begins the hedge if it gives true. The loser is cancelled and
  // waited for: when Run returns, nothing of it goes on. Cancelling Run cancels both.
  asio::awaitable<Outcome> Run(const Sleeper& sleeper, absl::Duration delay, const std::function<bool()>& permit);

  // After Run: whether the outcome is the hedge's because it was faster.
  bool hedge_won() const { return winner_ == &hedge_; }

 private:
  // One of the two calls, and the sink that it writes to.
  class Lane final : public TextSink {
   public:
    explicit Lane(HedgeRace& race) : race_(race) {}
    absl::Status OnText(std::string_view delta) override;

    asio::cancellation_signal cancel;
    bool running = false;   // its coroutine, which for the hedge begins with the wait
    bool stopped = false;   // cancelled by us
    bool asked = false;     // the provider
    bool answered = false;  // the call is over, with `outcome`
    Outcome outcome;

   private:
    HedgeRace& race_;
  };

  asio::awaitable<void> Ask(Lane& lane);
  asio::awaitable<void> AskLate(const Sleeper& sleeper, absl::Duration delay, const std::function<bool()>& permit);
  void Start(Lane& lane, asio::awaitable<void> work);
  // Whether the lane is the winner, which it becomes if there is none yet.
  bool Claim(Lane& lane);
  bool Wanted(const Lane& lane) const;
  // Only Run calls it, never a lane: what a cancellation does may not happen inside of a call-back of the other lane.
  void StopUnwanted(bool caller_left);
  Outcome TakeOutcome(bool caller_left);

  Provider& inner_;
  const ModelRequest& request_;
  TextSink* const sink_;
  const asio::any_io_executor executor_;
  Lane first_{*this};
  Lane hedge_{*this};
  const Lane* winner_ = nullptr;
  WakeUp changed_;  // there is a winner, or a lane has ended
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_HEDGE_RACE_H_
