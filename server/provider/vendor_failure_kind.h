// What kind of failure a vendor tells of, by its HTTP status and the names and words of its error object. Pure.
#ifndef ATTUNE_PROVIDER_VENDOR_FAILURE_KIND_H_
#define ATTUNE_PROVIDER_VENDOR_FAILURE_KIND_H_

#include <string_view>

#include "absl/status/status.h"
#include "provider/vendor_json.h"

namespace attune {

struct FailureKind {
  absl::StatusCode code;
  std::string_view reason;  // of provider.h
  std::string_view what;    // a sentence's middle: "<provider> <what>"
  bool worth_retry = false;
};

// `http_status` 0: an error inside a response that began as a success, judged by the status that it would have had.
FailureKind KindOf(int http_status, const VendorError& error);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_FAILURE_KIND_H_
