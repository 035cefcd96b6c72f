// The part of a trace that is one call of a vendor: the headers that pass the trace on, and a span of the kind CLIENT
// with the attributes of OpenTelemetry's conventions for generative AI. Nothing at all for a request without a trace;
// headers alone where nothing is recorded.
#ifndef ATTUNE_PROVIDER_VENDOR_SPAN_H_
#define ATTUNE_PROVIDER_VENDOR_SPAN_H_

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "base/trace.h"
#include "provider/embedder.h"
#include "provider/provider.h"

namespace attune {

// Lives in the frame of one call.
class VendorSpan {
 public:
  // Begins now; `headers` are those of the HTTP request. `provider` is its name in "provider/model".
  VendorSpan(const ModelRequest& request, std::string_view provider, std::vector<std::string>& headers) {
    if (request.trace != nullptr) Begin("chat", *request.trace, request.model, provider, headers);
  }
  VendorSpan(const EmbedRequest& request, std::string_view provider, std::vector<std::string>& headers) {
    if (request.trace != nullptr) Begin("embeddings", *request.trace, request.model, provider, headers);
  }
  // Ends now. `Answer` is ModelAnswer or Embeddings.
  template <typename Answer>
  void End(const absl::StatusOr<Answer>& outcome) {
    if (span_ == nullptr) return;
    if (!outcome.ok()) return RecordFailure(outcome.status());
    RecordAnswer(outcome->model, outcome->usage, std::is_same_v<Answer, ModelAnswer>);
  }

 private:
  // `operation` as the conventions name it.
  void Begin(std::string_view operation, const TraceScope& scope, std::string_view model, std::string_view provider,
             std::vector<std::string>& headers);
  void RecordAnswer(std::string_view model, const Usage& usage, bool has_output);
  void RecordFailure(const absl::Status& status);
  void Finish();

  Tracer* tracer_ = nullptr;
  std::unique_ptr<Span> span_;  // null: nothing is recorded
};

}  // namespace attune

#endif  // ATTUNE_PROVIDER_VENDOR_SPAN_H_
