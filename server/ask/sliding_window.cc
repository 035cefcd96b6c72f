#include "ask/sliding_window.h"

#include <algorithm>

namespace attune {

SpanTime SpanAt(absl::Time time, absl::Duration window) {
  absl::Duration passed;
  const int64_t span = absl::IDivDuration(time - absl::UnixEpoch(), window, &passed);
  return {.span = span, .passed = absl::FDivDuration(passed, window)};
}

void SlidingWindow::MoveTo(int64_t span) {
  if (span <= span_) return;  // the clock may have been set back: the amounts stay where they are
  before_ = span == span_ + 1 ? current_ : Amounts{};
  current_ = Amounts{};
  span_ = span;
}

void SlidingWindow::Add(const SpanTime& now, const Amounts& amounts) {
  MoveTo(now.span);
  for (size_t i = 0; i < kAmounts; ++i) current_[i] += amounts[i];
}

void SlidingWindow::Correct(int64_t span, const Amounts& by) {
  if (span != span_ && span != span_ - 1) return;
  Amounts& amounts = span == span_ ? current_ : before_;
  for (size_t i = 0; i < kAmounts; ++i) amounts[i] = std::max<int64_t>(0, amounts[i] + by[i]);
}

double SlidingWindow::Current(int64_t span, size_t amount) const {
  return span <= span_ ? static_cast<double>(current_[amount]) : 0;
}

double SlidingWindow::Before(int64_t span, size_t amount) const {
  if (span <= span_) return static_cast<double>(before_[amount]);
  return span == span_ + 1 ? static_cast<double>(current_[amount]) : 0;
}

double SlidingWindow::Used(const SpanTime& now, size_t amount) const {
  return Current(now.span, amount) + (1 - now.passed) * Before(now.span, amount);
}

absl::Duration SlidingWindow::Until(const SpanTime& now, absl::Duration window, size_t amount, int64_t limit,
                                    int64_t more) const {
  const double room = static_cast<double>(limit - more);
  const double current = Current(now.span, amount);
  if (current <= room) {  // in this span, when enough of the one before has slid out
    const double before = Before(now.span, amount);
    const double passed = before > 0 ? 1 - (room - current) / before : 0;
    return std::max(passed - now.passed, 0.0) * window;
  }
  const double passed_next = 1 - room / current;  // in the next span, of which the current one is the one before
  return (1 - now.passed + passed_next) * window;
}

}  // namespace attune
