#include "provider/vendor_span.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

void VendorSpan::Begin(const ModelRequest& request, std::string_view provider, std::vector<std::string>& headers) {
  const TraceScope& scope = *request.trace;
  if (scope.tracer == nullptr) return AddTraceHeaders(scope.context, headers);
  tracer_ = scope.tracer;
  span_ = std::make_unique<Span>(tracer_->Start(StrCat("chat ", request.model), SpanKind::kClient, &scope.context));
  span_->AddString("gen_ai.operation.name", "chat");
  span_->AddString("gen_ai.provider.name", provider);
  span_->AddString("gen_ai.request.model", request.model);
  AddTraceHeaders(span_->context, headers);
}

void VendorSpan::Record(const absl::StatusOr<ModelAnswer>& outcome) {
  if (outcome.ok()) {
    span_->AddString("gen_ai.response.model", outcome->model);
    if (outcome->usage.reported) {
      span_->AddInt("gen_ai.usage.input_tokens", outcome->usage.input_tokens);
      span_->AddInt("gen_ai.usage.output_tokens", outcome->usage.output_tokens);
    }
  } else {
    int64_t http_status = 0;
    if (absl::SimpleAtoi(ErrorMetadata(outcome.status(), "http_status"), &http_status)) {
      span_->AddInt("http.response.status_code", http_status);
    }
    span_->SetOutcome(outcome.status());
  }
  tracer_->End(std::move(*span_));
  span_ = nullptr;
}

}  // namespace attune
