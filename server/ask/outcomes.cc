#include "ask/outcomes.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace attune {

static_assert(std::is_sorted(kOutcomes.begin() + 1, kOutcomes.end() - 1), "OutcomeOf searches by halves");
static_assert(!kOutcomes.back().empty(), "the size of the array is that of the list");

std::string ReasonOf(const absl::Status& status) {
  std::string reason = ErrorReason(status);
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

size_t OutcomeOf(const absl::Status& status) {
  if (status.ok()) return 0;
  const std::string reason = ReasonOf(status);
  const auto last = kOutcomes.end() - 1;
  const auto found = std::lower_bound(kOutcomes.begin() + 1, last, reason);
  return static_cast<size_t>((found != last && *found == reason ? found : last) - kOutcomes.begin());
}

}  // namespace attune
