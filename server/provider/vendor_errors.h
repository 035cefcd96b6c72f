// From what a vendor or the network did to the errors of provider.h. No message holds the key: vendors echo it in their
// own error texts, whole or in part.
#ifndef ATTUNE_PROVIDER_VENDOR_ERRORS_H_
#define ATTUNE_PROVIDER_VENDOR_ERRORS_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "http/http_client.h"
#include "provider/retry_after.h"
#include "provider/vendor_json.h"
#include "provider/vendor_options.h"

namespace attune {

// Bytes of a vendor's own words in our messages.
inline constexpr size_t kMaxVendorMessageBytes = 300;
// Bytes of a failed response's body that are looked at.
inline constexpr size_t kMaxErrorBodyBytes = 64 << 10;
// Suggested when a failure is worth a retry and the vendor named no wait.
inline constexpr absl::Duration kDefaultRetryDelay = absl::Seconds(1);

// What came instead of an answer.
struct VendorFailure {
  int http_status = 0;  // 0: an error inside a response that began as a success
  std::optional<VendorError> error;
  RetryAdvice retry;
  std::string_view model;
};
absl::Status FailureStatus(const VendorOptions& options, const VendorFailure& failure);

// The network failed, or what came is not HTTP. An error of another kind (the text sink's own) comes back unchanged.
absl::Status TransportFailure(const VendorOptions& options, const absl::Status& status);

// The attempt's own time was over, though not the request's.
absl::Status AttemptTimedOut(const VendorOptions& options, bool text_came);
// The response ended before the answer did.
absl::Status VendorCut(const VendorOptions& options, std::string_view how);
// A success whose body is not an answer.
absl::Status VendorGarbage(const VendorOptions& options, int http_status, std::string_view what);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_ERRORS_H_
