// How long a vendor asks us to wait, from the headers of its response.
#ifndef ATTUNE_PROVIDER_RETRY_AFTER_H_
#define ATTUNE_PROVIDER_RETRY_AFTER_H_

#include <optional>

#include "absl/time/time.h"
#include "http/http_client.h"
#include "provider/vendor_json.h"

namespace attune {

// At most kMaxVendorWait. Reads, in this order, `retry-after-ms`, and `retry-after` as seconds (fractions allowed) or
// as an HTTP date. A date is compared with the response's own `date`, so that clocks need not agree, or with `now` if
// there is none.
std::optional<absl::Duration> RetryAfter(const HttpHead& head, absl::Time now);

// What a response's headers say about asking again.
struct RetryAdvice {
  std::optional<absl::Duration> after;  // as RetryAfter()
  std::optional<bool> should;           // `x-should-retry`: wins over what the status says
};
RetryAdvice ReadRetryAdvice(const HttpHead& head, absl::Time now);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_RETRY_AFTER_H_
