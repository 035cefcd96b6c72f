// The part of a trace that is one call of a vendor: the headers that pass the trace on, and a span of the kind CLIENT
// with the attributes of OpenTelemetry's conventions for generative AI. Nothing at all for a request without a trace;
// headers alone where nothing is recorded.
#ifndef ATTUNE_PROVIDER_VENDOR_SPAN_H_
#define ATTUNE_PROVIDER_VENDOR_SPAN_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/trace.h"
#include "provider/provider.h"

namespace attune {

// Lives in the frame of one Generate call.
class VendorSpan {
 public:
  // Begins now; `headers` are those of the HTTP request. `provider` is its name in "provider/model".
  VendorSpan(const ModelRequest& request, std::string_view provider, std::vector<std::string>& headers) {
    if (request.trace != nullptr) Begin(request, provider, headers);
  }
  // Ends now.
  void End(const absl::StatusOr<ModelAnswer>& outcome) {
    if (span_ != nullptr) Record(outcome);
  }

 private:
  void Begin(const ModelRequest& request, std::string_view provider, std::vector<std::string>& headers);
  void Record(const absl::StatusOr<ModelAnswer>& outcome);

  Tracer* tracer_ = nullptr;
  std::unique_ptr<Span> span_;  // null: nothing is recorded
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_SPAN_H_
