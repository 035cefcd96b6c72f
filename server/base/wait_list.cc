#include "base/wait_list.h"

#include <algorithm>
#include <asio/error_code.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <new>
#include <utility>

namespace attune {
namespace {

// Longer waits than this make no difference, and a steady_timer's time point must not overflow.
constexpr absl::Duration kLongest = absl::Hours(24 * 365);

}  // namespace

WaitList::Waiter::Waiter(const asio::any_io_executor& executor, absl::Duration remaining)
    : timer_(executor, absl::ToChronoNanoseconds(std::min(remaining, kLongest))) {}

asio::awaitable<void> WaitList::Waiter::Wait() {
  // A cancellation that came before found nothing to cancel and is not told again.
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return;
  asio::error_code woken;  // a wake-up is a cancelled timer
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

std::shared_ptr<WaitList::Waiter> WaitList::Add(const asio::any_io_executor& executor, absl::Duration remaining) {
  return waiters_.emplace_back(std::make_shared<Waiter>(executor, remaining));
}

void WaitList::Wake(std::shared_ptr<Waiter> waiter) noexcept {
  try {
    // A posted cancel runs after the waiter has begun to wait: until then its coroutine occupies the executor.
    const auto executor = waiter->timer_.get_executor();
    asio::post(executor, [waiter = std::move(waiter)] { waiter->timer_.cancel(); });
  } catch (const std::bad_alloc&) {  // who wakes others mostly ends something, which must not fail
  }
}

void WaitList::WakeAll() noexcept {
  for (auto& waiter : std::exchange(waiters_, {})) Wake(std::move(waiter));
}

void WaitList::Remove(const std::shared_ptr<Waiter>& waiter) { std::erase(waiters_, waiter); }

}  // namespace attune
