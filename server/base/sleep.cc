#include "base/sleep.h"

#include <algorithm>
#include <asio/this_coro.hpp>

#include "base/wait_list.h"

namespace attune {

asio::awaitable<absl::Status> TimerSleeper::Sleep(absl::Duration time) const {
  WaitList::Waiter timer(co_await asio::this_coro::executor, std::max(time, absl::ZeroDuration()));
  co_await timer.Wait();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return absl::CancelledError("the caller went away");
  co_return absl::OkStatus();
}

}  // namespace attune
