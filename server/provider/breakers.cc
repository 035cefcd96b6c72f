#include "provider/breakers.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {
namespace {

constexpr absl::Duration kLeastRetryDelay = absl::Milliseconds(100);

}  // namespace

absl::Status Breakers::Open(const std::string& model, absl::Duration wait) const {
  return Error(absl::StatusCode::kUnavailable, "BREAKER_OPEN")
      .Message(StrCat(name_, "'s model '", model,
                      "' failed too often and is not asked for a while; try again later, or ", way_out_))
      .With("provider", name_)
      .With("model", model)
      .With("attempts", 0)
      .RetryAfter(std::max(wait, kLeastRetryDelay));
}

absl::Status Breakers::Limited(const std::string& model, absl::Duration wait) const {
  return Error(absl::StatusCode::kResourceExhausted, "PROVIDER_RATE_LIMIT")
      .Message(StrCat(name_, " limits the rate of requests of '", model, "' and asked not to be asked for ",
                      absl::FormatDuration(absl::Ceil(wait, absl::Milliseconds(1)))))
      .With("provider", name_)
      .With("model", model)
      .With("attempts", 0)
      .With("vendor_wait", absl::FormatDuration(wait))
      .RetryAfter(std::max(wait, kLeastRetryDelay))
      .Quota(StrCat("provider:", name_), "requests per time");
}

absl::Status Breakers::Enter(const std::string& model, Passage& passage) {
  passage.model_ = model;
  passage.began_ = clock_.Now();
  ATTUNE_RETURN_IF_ERROR(Admit(model, passage.began_, passage.probe_));
  passage.breakers_ = this;
  return absl::OkStatus();
}

absl::Status Breakers::Admit(const std::string& model, absl::Time now, bool& probe) {
  MutexLock lock(mutex_);
  const auto found = breakers_.find(model);
  if (found == breakers_.end()) return absl::OkStatus();
  Breaker& breaker = found->second;
  if (now < breaker.limited_until) return Limited(model, breaker.limited_until - now);
  if (breaker.closed()) return absl::OkStatus();
  if (now < breaker.open_until) return Open(model, breaker.open_until - now);
  if (now < breaker.probe_until) return Open(model, breaker.probe_until - now);
  probe = true;
  breaker.probe_until = now + policy_.open;
  return absl::OkStatus();
}

Breakers::Health Breakers::HealthOf(const absl::Status& outcome, absl::Duration time) const {
  if (absl::IsCancelled(outcome) || ErrorReason(outcome) == "PROVIDER_RATE_LIMIT") return Health::kUnknown;
  if (absl::IsDeadlineExceeded(outcome)) return time >= policy_.fair_time ? Health::kIll : Health::kUnknown;
  if (IsVendorsFault(outcome)) return Health::kIll;
  // A refusal is an answer of the vendor's.
  return outcome.ok() || !ErrorMetadata(outcome, "http_status").empty() ? Health::kGood : Health::kUnknown;
}

void Breakers::Count(Breaker& breaker, absl::Time now, bool failed) const {
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

// Room is made by dropping those that are closed and have had no call for a window.
Breakers::Breaker* Breakers::Find(const std::string& model, absl::Time now) {
  const auto found = breakers_.find(model);
  if (found != breakers_.end()) return &found->second;
  if (breakers_.size() >= kMaxBreakers) {
    absl::erase_if(breakers_, [&](const auto& entry) {
      return entry.second.closed() && now >= entry.second.limited_until &&
             now - entry.second.half_start >= policy_.window;
    });
  }
  if (breakers_.size() >= kMaxBreakers) return nullptr;
  return &breakers_.emplace(model, Breaker{.half_start = now}).first->second;
}

void Breakers::Leave(const Passage& passage, const absl::Status& outcome) {
  const absl::Time now = clock_.Now();
  const Health health = HealthOf(outcome, now - passage.began_);
  const absl::Duration asked = VendorWait(outcome).value_or(absl::ZeroDuration());
  const bool limits = asked >= policy_.early_open && ErrorReason(outcome) == "PROVIDER_RATE_LIMIT";
  if (health == Health::kUnknown && !limits && !passage.probe_) return;
  MutexLock lock(mutex_);
  Breaker* const breaker = Find(passage.model_, now);
  if (breaker == nullptr) return;
  if (limits) {
    breaker->limited_until = std::max(breaker->limited_until, now + std::min(asked, policy_.longest_early_open));
  }
  if (passage.probe_) {
    // One that took too long has made way for another one, which may be under way.
    if (breaker->probe_until == passage.began_ + policy_.open) breaker->probe_until = absl::InfinitePast();
    if (health == Health::kGood) *breaker = {.half_start = now};
    if (health == Health::kIll) breaker->open_until = now + policy_.open;
  } else if (breaker->closed() && (outcome.ok() || health == Health::kIll)) {
    Count(*breaker, now, health == Health::kIll);
  }
}

void Breakers::ReadGauges(ProviderGauges& gauges) const {
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  for (const auto& [model, breaker] : breakers_) {
    BreakerState state = BreakerState::kClosed;
    if (breaker.open_until != absl::InfinitePast()) {
      state = now < breaker.open_until ? BreakerState::kOpen : BreakerState::kHalfOpen;
    }
    gauges.SetBreaker(model, state);
  }
}

}  // namespace attune
