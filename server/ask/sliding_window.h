// Amounts used in a sliding window, counted in spans of the window's length. Pure.
#ifndef ATTUNE_ASK_SLIDING_WINDOW_H_
#define ATTUNE_ASK_SLIDING_WINDOW_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace attune {

// Requests, tokens and nanos of money, in this order.
inline constexpr size_t kAmounts = 3;
using Amounts = std::array<int64_t, kAmounts>;

// Where a time lies: in which span, and how much of it has passed, 0 to 1.
struct SpanTime {
  int64_t span = 0;
  double passed = 0;
};
SpanTime SpanAt(absl::Time time, absl::Duration window);

class SlidingWindow {
 public:
  // Both amounts are counted in the span of `now`, and move on with it.
  void Add(const SpanTime& now, const Amounts& amounts);
  // Corrects what was added in `span`; one that has gone already does not matter any more.
  void Correct(int64_t span, const Amounts& by);

  // In the window that ends now: all of the current span, and the share of the one before that the window covers.
  double Used(const SpanTime& now, size_t amount) const;
  // How long until `limit - more` or less is used, if nothing is added; at most two windows. `more` is at most `limit`.
  absl::Duration Until(const SpanTime& now, absl::Duration window, size_t amount, int64_t limit, int64_t more) const;
  // Nothing of it can count any more.
  bool StaleAt(int64_t span) const { return span > span_ + 1; }

 private:
  double Current(int64_t span, size_t amount) const;
  double Before(int64_t span, size_t amount) const;
  void MoveTo(int64_t span);

  int64_t span_ = 0;  // of current_
  Amounts current_{}, before_{};
};

}  // namespace attune

#endif  // ATTUNE_ASK_SLIDING_WINDOW_H_
