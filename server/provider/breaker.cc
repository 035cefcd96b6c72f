#include "provider/breaker.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {

absl::Status BreakerProvider::Open(const std::string& model, absl::Duration wait) const {
  return Error(absl::StatusCode::kUnavailable, "BREAKER_OPEN")
      .Message(StrCat(name_, "'s model '", model,
                      "' failed too often and is not asked for a while; try again later, or ",
                      "ask by a route that has another model to fall back on"))
      .With("provider", name_)
      .With("model", model)
      .With("attempts", 0)
      .RetryAfter(std::max(wait, absl::Milliseconds(100)));
}

absl::Status BreakerProvider::Enter(const std::string& model, bool& probe) {
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  const auto found = breakers_.find(model);
  if (found == breakers_.end() || found->second.open_until == absl::InfinitePast()) return absl::OkStatus();
  Breaker& breaker = found->second;
  if (now < breaker.open_until) return Open(model, breaker.open_until - now);
  if (breaker.probing) return Open(model, absl::ZeroDuration());
  probe = breaker.probing = true;
  return absl::OkStatus();
}

void BreakerProvider::Count(Breaker& breaker, absl::Time now, bool failed) const {
  const absl::Duration age = now - breaker.half_start;
  if (age >= policy_.window / 2) {
    breaker.older = age < policy_.window ? breaker.newer : Counts();
    breaker.newer = Counts();
    breaker.half_start = now;
  }
  ++breaker.newer.calls;
  breaker.newer.failed += failed;
  const int32_t calls = breaker.newer.calls + breaker.older.calls;
  const int32_t failures = breaker.newer.failed + breaker.older.failed;
  if (calls >= policy_.min_calls && failures >= policy_.failures * calls) breaker.open_until = now + policy_.open;
}

void BreakerProvider::DropIdle(absl::Time now) {
  absl::erase_if(breakers_, [&](const auto& entry) {
    const Breaker& breaker = entry.second;
    return breaker.open_until == absl::InfinitePast() && now - breaker.half_start >= policy_.window;
  });
}

void BreakerProvider::Leave(const std::string& model, bool probe, const absl::Status& outcome) {
  const bool failed = IsVendorsFault(outcome);
  const std::optional<absl::Duration> wait = failed ? VendorWait(outcome) : std::nullopt;
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  auto found = breakers_.find(model);
  if (found == breakers_.end()) {
    if (!outcome.ok() && !failed) return;
    if (breakers_.size() >= kMaxBreakers) DropIdle(now);
    if (breakers_.size() >= kMaxBreakers) return;
    found = breakers_.emplace(model, Breaker{.half_start = now}).first;
  }
  Breaker& breaker = found->second;
  if (probe) {
    breaker.probing = false;
    if (outcome.ok()) breaker = {.half_start = now};
    if (failed) breaker.open_until = now + policy_.open;
  } else if (breaker.open_until == absl::InfinitePast() && (outcome.ok() || failed)) {
    Count(breaker, now, failed);
  }
  if (wait && *wait >= policy_.early_open && ErrorReason(outcome) == "PROVIDER_RATE_LIMIT") {
    breaker.open_until = std::max(breaker.open_until, now + *wait);
  }
}

asio::awaitable<absl::StatusOr<ModelAnswer>> BreakerProvider::Generate(const ModelRequest& request, TextSink* sink) {
  bool probe = false;
  ATTUNE_CO_RETURN_IF_ERROR(Enter(request.model, probe));
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, sink);
  Leave(request.model, probe, outcome.status());
  co_return outcome;
}

}  // namespace attune
