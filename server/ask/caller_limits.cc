#include "ask/caller_limits.h"

#include <algorithm>
#include <utility>

#include "ask/sliding_window.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr absl::Duration kLeastWait = absl::Milliseconds(100);
constexpr const char* kAmountNames[kAmounts] = {"requests", "tokens", "cost"};

std::string CallerOf(const LimitScope& scope, const AskRequest& request) {
  if (scope.kind == LimitScope::Kind::kUser) return request.user;
  if (scope.kind == LimitScope::Kind::kAll) return "";
  const auto label = request.labels.find(scope.label);
  return label == request.labels.end() ? "" : label->second;
}

}  // namespace

// One limit and what its callers have used.
class CallerLimits::Counter {
 public:
  explicit Counter(CallerLimit limit)
      : limit_(std::move(limit)),
        most_{limit_.requests, limit_.tokens, limit_.cost ? std::optional<int64_t>(limit_.cost->nanos) : std::nullopt} {
  }

  const CallerLimit& limit() const { return limit_; }

  // The span in which it was added, or why it was not.
  absl::StatusOr<int64_t> Add(const std::string& caller, const CallUse& use, absl::Time time) {
    const SpanTime now = SpanAt(time, limit_.window);
    const Amounts amounts = {1, use.tokens, Counted(use.cost)};
    MutexLock lock(mutex_);
    DropStale(now.span);
    if (callers_.size() >= kMaxLimitedCallers && !callers_.contains(caller)) return TooManyCallers();
    SlidingWindow& window = callers_[caller];
    for (size_t i = 0; i < kAmounts; ++i) {
      // What is larger than the limit itself is admitted when nothing else is used: its true size is not known yet.
      if (!most_[i]) continue;
      const int64_t more = std::min(amounts[i], *most_[i]);
      if (window.Used(now, i) + static_cast<double>(more) <= static_cast<double>(*most_[i])) continue;
      return Exceeded(i, window.Until(now, limit_.window, i, *most_[i], more));
    }
    window.Add(now, amounts);
    return now.span;
  }

  void Correct(const std::string& caller, int64_t span, const CallUse& reserved, const CallUse& used) {
    MutexLock lock(mutex_);
    const auto window = callers_.find(caller);
    if (window == callers_.end()) return;
    window->second.Correct(span, {0, used.tokens - reserved.tokens, Counted(used.cost) - Counted(reserved.cost)});
  }

  void TakeBack(const std::string& caller, int64_t span, const CallUse& reserved) {
    MutexLock lock(mutex_);
    const auto window = callers_.find(caller);
    if (window != callers_.end()) window->second.Correct(span, {-1, -reserved.tokens, -Counted(reserved.cost)});
  }

 private:
  int64_t Counted(const Money& cost) const {
    return limit_.cost && limit_.cost->currency == cost.currency ? cost.nanos : 0;
  }

  // Once a span: all that has not asked for a whole window.
  void DropStale(int64_t span) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (span <= swept_) return;
    swept_ = span;
    absl::erase_if(callers_, [span](const auto& caller) { return caller.second.StaleAt(span); });
  }

  absl::Status Exceeded(size_t amount, absl::Duration wait) const {
    const std::string most = amount == 2 ? FormatMoney(*limit_.cost) : StrCat(*most_[amount]);
    const std::string description = StrCat("at most ", most, amount == 2 ? "" : StrCat(" ", kAmountNames[amount]),
                                           " in ", absl::FormatDuration(limit_.window));
    return Error(absl::StatusCode::kResourceExhausted, "CALLER_LIMIT")
        .Message(StrCat("the limit '", limit_.name, "' allows ", description, "; try again later"))
        .With("limit", limit_.name)
        .With("amount", kAmountNames[amount])
        .RetryAfter(std::max(wait, kLeastWait))
        .Quota(StrCat("limit:", limit_.name), description);
  }

  absl::Status TooManyCallers() const {
    return Error(absl::StatusCode::kResourceExhausted, "CALLER_LIMIT")
        .Message(StrCat("the limit '", limit_.name, "' counts ", kMaxLimitedCallers,
                        " callers already, which is as many as it can; try again later"))
        .With("limit", limit_.name)
        .With("amount", "callers")
        .RetryAfter(limit_.window)
        .Quota(StrCat("limit:", limit_.name), "callers counted at once");
  }

  const CallerLimit limit_;
  const std::array<std::optional<int64_t>, kAmounts> most_;
  Mutex mutex_;
  int64_t swept_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, SlidingWindow> callers_ ABSL_GUARDED_BY(mutex_);
};

void CallerLimits::Reservation::Settle(const CallUse& used) {
  for (const Part& part : parts_) part.counter->Correct(part.caller, part.span, reserved_, used);
  parts_.clear();
}

std::shared_ptr<const CallerLimits::Counters> CallerLimits::counters() const {
  MutexLock lock(mutex_);
  return counters_;
}

void CallerLimits::Set(const std::vector<CallerLimit>& limits) {
  const std::shared_ptr<const Counters> before = counters();
  auto next = std::make_shared<Counters>();
  for (const CallerLimit& limit : limits) {
    const auto same =
        std::find_if(before->begin(), before->end(), [&](const auto& counter) { return counter->limit() == limit; });
    next->push_back(same != before->end() ? *same : std::make_shared<Counter>(limit));
  }
  MutexLock lock(mutex_);
  counters_ = std::move(next);
}

absl::StatusOr<CallerLimits::Reservation> CallerLimits::Reserve(const AskRequest& request, const CallUse& most) {
  Reservation reservation;
  const std::shared_ptr<const Counters> counters = this->counters();
  if (counters->empty()) return reservation;
  reservation.reserved_ = most;
  const absl::Time now = clock_.Now();
  for (const std::shared_ptr<Counter>& counter : *counters) {
    std::string caller = CallerOf(counter->limit().scope, request);
    const absl::StatusOr<int64_t> span = counter->Add(caller, most, now);
    if (!span.ok()) {
      for (const auto& part : reservation.parts_) part.counter->TakeBack(part.caller, part.span, most);
      return span.status();
    }
    reservation.parts_.push_back({counter, std::move(caller), *span});
  }
  return reservation;
}

}  // namespace attune
