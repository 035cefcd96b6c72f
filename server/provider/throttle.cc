#include "provider/throttle.h"

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "base/error.h"
#include "base/strings.h"
#include "base/token_estimate.h"
#include "provider/attempts.h"

namespace attune {
namespace {

// Those who waited for one reset come back over this share of their wait, so that they are no new burst.
constexpr double kSpread = 0.2;

}  // namespace

absl::Duration ThrottleProvider::Budget::WaitFor(int64_t need, absl::Time now) const {
  if (now >= reset) return absl::ZeroDuration();
  const double missing = static_cast<double>(need) - left - rate * absl::ToDoubleSeconds(now - as_of);
  if (missing <= 0) return absl::ZeroDuration();
  return rate > 0 ? std::min(absl::Seconds(missing / rate), reset - now) : reset - now;
}

void ThrottleProvider::Budget::Spend(int64_t need) {
  sent += need;
  left -= static_cast<double>(need);
}

void ThrottleProvider::Budget::Learn(const std::optional<RateLimits::Left>& told, int64_t sent_then, absl::Time now) {
  if (!told) return;
  as_of = now;
  left = static_cast<double>(told->left - (sent - sent_then));
  reset = now + std::min(told->reset, kLongestWait);
  const double used = static_cast<double>(told->limit - told->left);
  rate = told->reset > absl::ZeroDuration() && used > 0 ? used / absl::ToDoubleSeconds(told->reset) : 0;
}

absl::Duration ThrottleProvider::Enter(const std::string& model, int64_t tokens, absl::Time now, Ticket& ticket) {
  MutexLock lock(mutex_);
  const auto found = models_.find(model);
  if (found == models_.end()) return absl::ZeroDuration();
  Budgets& budgets = found->second;
  const absl::Duration wait = std::max(budgets.requests.WaitFor(1, now), budgets.tokens.WaitFor(tokens, now));
  if (wait > absl::ZeroDuration()) return wait;
  budgets.requests.Spend(1);
  budgets.tokens.Spend(tokens);
  ticket = {budgets.requests.sent, budgets.tokens.sent};
  return wait;
}

void ThrottleProvider::Learn(const std::string& model, const RateLimits& limits, const Ticket& ticket) {
  if (!limits.requests && !limits.tokens) return;
  const absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  if (models_.size() >= kMaxModels && !models_.contains(model)) return;
  Budgets& budgets = models_[model];
  budgets.requests.Learn(limits.requests, ticket.requests, now);
  budgets.tokens.Learn(limits.tokens, ticket.tokens, now);
}

bool ThrottleProvider::BeginWait() {
  MutexLock lock(mutex_);
  if (waiting_ >= kMaxWaiting) return false;
  ++waiting_;
  return true;
}

void ThrottleProvider::EndWait() {
  MutexLock lock(mutex_);
  --waiting_;
}

absl::Status ThrottleProvider::UsedUp(const std::string& model, absl::Duration wait) const {
  return Error(absl::StatusCode::kResourceExhausted, "PROVIDER_BUSY")
      .Message(StrCat(name_, " has told that the rate limit of '", model, "' is used up for another ",
                      absl::FormatDuration(absl::Ceil(wait, absl::Milliseconds(1)))))
      .With("provider", name_)
      .With("model", model)
      .With("attempts", 0)
      .RetryAfter(wait)
      .Quota(StrCat("provider:", name_), "the vendor's rate limit");
}

void ThrottleProvider::ReadGauges(ProviderGauges& gauges) const {
  MutexLock lock(mutex_);
  gauges.AddWaiting("", waiting_);
}

asio::awaitable<absl::StatusOr<ModelAnswer>> ThrottleProvider::Generate(const ModelRequest& request, TextSink* sink) {
  // Vendors count the cap of the answer when they admit a call.
  const int64_t tokens = EstimateTokens(request.messages) + request.parameters.max_tokens.value_or(0);
  Ticket ticket;
  for (;;) {
    const absl::Time now = clock_.Now();
    absl::Duration wait = Enter(request.model, tokens, now, ticket);
    if (wait == absl::ZeroDuration()) break;
    wait += wait * kSpread * jitter_.Next();
    if (wait > request.patience || now + wait >= request.BeginBy() || !BeginWait())
      co_return UsedUp(request.model, wait);
    const absl::Cleanup end_wait = [this] { EndWait(); };
    const absl::Status slept = co_await sleeper_.Sleep(wait);
    if (!slept.ok()) co_return CallerLeft(0);
  }
  absl::StatusOr<ModelAnswer> outcome = co_await inner_->Generate(request, sink);
  if (outcome.ok()) Learn(request.model, outcome->rate_limits, ticket);
  co_return outcome;
}

}  // namespace attune
