#include "provider/vendor_span.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {

void VendorSpan::Begin(std::string_view operation, const TraceScope& scope, std::string_view model,
                       std::string_view provider, std::vector<std::string>& headers) {
  if (scope.tracer == nullptr) return AddTraceHeaders(scope.context, headers);
  tracer_ = scope.tracer;
  span_ = std::make_unique<Span>(tracer_->Start(StrCat(operation, " ", model), SpanKind::kClient, &scope.context));
  span_->AddString("gen_ai.operation.name", operation);
  span_->AddString("gen_ai.provider.name", provider);
  span_->AddString("gen_ai.request.model", model);
  AddTraceHeaders(span_->context, headers);
}

void VendorSpan::RecordAnswer(std::string_view model, const Usage& usage, bool has_output) {
  span_->AddString("gen_ai.response.model", model);
  if (usage.reported) {
    span_->AddInt("gen_ai.usage.input_tokens", usage.input_tokens);
    if (has_output) span_->AddInt("gen_ai.usage.output_tokens", usage.output_tokens);
  }
  Finish();
}

void VendorSpan::RecordFailure(const absl::Status& status) {
  int64_t http_status = 0;
  if (absl::SimpleAtoi(ErrorMetadata(status, "http_status"), &http_status)) {
    span_->AddInt("http.response.status_code", http_status);
  }
  span_->SetOutcome(status);
  Finish();
}

void VendorSpan::Finish() {
  tracer_->End(std::move(*span_));
  span_ = nullptr;
}

}  // namespace attune
