#include "provider/coalesce.h"

#include <asio/this_coro.hpp>

#include "absl/cleanup/cleanup.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"
#include "provider/call_key.h"

namespace attune {
namespace {

// What the first caller alone met: it left, or its own time was over.
bool IsOfOneCaller(const absl::Status& status) { return absl::IsCancelled(status) || absl::IsDeadlineExceeded(status); }

}  // namespace

absl::Status CoalesceProvider::TooLate(const ModelRequest& request) const {
  return Error(absl::StatusCode::kDeadlineExceeded, "PROVIDER_DEADLINE")
      .Message(StrCat("the deadline came while the call waited for an equal one of ", name_, "'s model '",
                      request.model, "'"))
      .With("provider", name_)
      .With("phase", "waiting for an equal call")
      .With("attempts", 0);
}

bool CoalesceProvider::HasTimeFor(const ModelRequest& request, const Call& call) const {
  const absl::Time now = clock_.Now();
  return kShareOfTime * (request.deadline - now) <= call.deadline - now;
}

std::shared_ptr<WaitList::Waiter> CoalesceProvider::Join(const CallPtr& call, const asio::any_io_executor& executor,
                                                         absl::Duration remaining) {
  MutexLock lock(mutex_);
  return call->ended ? nullptr : call->waiting.Add(executor, remaining);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> CoalesceProvider::Lead(const std::string& key, Call& call,
                                                                    const ModelRequest& request) {
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, nullptr);
  if (Detach(key, call)) call.outcome = outcome;  // not under the lock: an answer may be long
  co_return outcome;
}

bool CoalesceProvider::Detach(const std::string& key, const Call& call) {
  MutexLock lock(mutex_);
  // Another one may have taken its place.
  if (const auto found = calls_.find(key); found != calls_.end() && found->second.get() == &call) calls_.erase(found);
  return !call.waiting.empty();
}

void CoalesceProvider::End(const std::string& key, Call& call) {
  Detach(key, call);
  MutexLock lock(mutex_);
  call.ended = true;
  call.waiting.WakeAll();
}

asio::awaitable<bool> CoalesceProvider::Follow(CallPtr call, const ModelRequest& request,
                                               absl::StatusOr<ModelAnswer>& outcome) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto waiter = Join(call, executor, request.deadline - clock_.Now());
  if (waiter == nullptr) co_return false;  // it ended just now, and kept nothing for those who came too late
  co_await waiter->Wait();
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  const bool cancelled = state.cancelled() != asio::cancellation_type::none;
  bool ended = false;
  {
    MutexLock lock(mutex_);
    ended = call->ended;
    call->waiting.Remove(waiter);
  }
  if (cancelled || !ended) {
    outcome = cancelled ? CallerLeft(0) : TooLate(request);
    co_return true;
  }
  if (IsOfOneCaller(call->outcome.status())) co_return false;
  outcome = call->outcome;
  if (!outcome.ok()) {  // the calls are the first caller's
    outcome = WithMetadata(outcome.status(), "attempts", "0");
    co_return true;
  }
  outcome->cached = true;  // the first caller pays
  outcome->attempts = 0;
  co_return true;
}

asio::awaitable<absl::StatusOr<ModelAnswer>> CoalesceProvider::Generate(const ModelRequest& request, TextSink* sink) {
  if (sink != nullptr || !MayShareAnswer(request.parameters)) return inner_->Generate(request, sink);
  return GenerateShared(request);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> CoalesceProvider::GenerateShared(const ModelRequest& request) {
  // Those who are less patient with the vendor would give up too early for the others.
  std::string key = CallKey(name_, request);
  StrAppend(&key, absl::FormatDuration(request.patience));
  for (;;) {
    CallPtr call;
    bool first = false;
    {
      MutexLock lock(mutex_);
      CallPtr& in_flight = calls_[key];  // of several, the one that has the most time
      first = in_flight == nullptr || !HasTimeFor(request, *in_flight);
      if (first) in_flight = std::make_shared<Call>(Call{.deadline = request.deadline});
      call = in_flight;
    }
    if (first) {
      const absl::Cleanup end = [&] { End(key, *call); };  // also when something throws: the others would wait for ever
      co_return co_await Lead(key, *call, request);
    }
    absl::StatusOr<ModelAnswer> outcome;
    if (co_await Follow(std::move(call), request, outcome)) co_return outcome;
  }
}

}  // namespace attune
