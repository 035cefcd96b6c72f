#include "ask/revision_gate.h"

#include <algorithm>
#include <asio/this_coro.hpp>
#include <memory>

#include "ask/request.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

// The answer must reach the caller before its own clock ends the call.
constexpr absl::Duration kReplyMargin = absl::Milliseconds(50);

absl::Status TooMany() {
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message("too many requests wait for a revision")
      .Quota("requests waiting for a revision", StrCat("at most ", kMaxRevisionWaiters));
}

}  // namespace

absl::Status RevisionNotReached(int64_t wanted, int64_t reached) {
  return Error(absl::StatusCode::kFailedPrecondition, "REVISION_NOT_REACHED")
      .Message(StrCat("the catalog stands at revision ", reached, ", and ", wanted,
                      " did not come before the deadline; is min_revision from another server?"))
      .With("revision", reached)
      .With("min_revision", wanted);
}

void RevisionGate::Reached(int64_t revision) {
  MutexLock lock(mutex_);
  reached_ = std::max(reached_, revision);
  waiters_.WakeAll();
}

asio::awaitable<absl::Status> RevisionGate::Wait(int64_t revision, absl::Time deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const absl::Time until = deadline - std::min(kReplyMargin, (deadline - clock_.Now()) / 10);
  while (true) {
    std::shared_ptr<WaitList::Waiter> waiter;
    {
      MutexLock lock(mutex_);
      if (reached_ >= revision) co_return absl::OkStatus();
      const absl::Duration remaining = until - clock_.Now();
      if (remaining <= absl::ZeroDuration()) co_return RevisionNotReached(revision, reached_);
      if (waiting_ >= kMaxRevisionWaiters) co_return TooMany();
      ++waiting_;
      waiter = waiters_.Add(executor, remaining);
    }
    co_await waiter->Wait();
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    MutexLock lock(mutex_);
    --waiting_;
    waiters_.Remove(waiter);
    if (cancelled != asio::cancellation_type::none) co_return CallerWentAway();
  }
}

}  // namespace attune
