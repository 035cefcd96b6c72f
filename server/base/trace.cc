#include "base/trace.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr size_t kUsualAttributes = 16;

bool IsServersFault(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Span::AddString(std::string_view key, std::string_view text) {
  if (!text.empty()) attributes.emplace_back(key, std::string(CutUtf8(text, kMaxSpanTextBytes)));
}

void Span::SetOutcome(const absl::Status& status) {
  if (status.ok()) return;
  const std::string reason = ErrorReason(status);
  AddString("error.type", reason.empty() ? absl::StatusCodeToString(status.code()) : reason);
  failed = kind != SpanKind::kServer || IsServersFault(status.code());
}

uint64_t Tracer::NewSpanId() {
  uint64_t id = 0;
  while (id == 0) id = low_.Bits();
  return id;
}

Span Tracer::Start(std::string_view name, SpanKind kind, const TraceContext* parent) {
  Span span;
  span.name = CutUtf8(name, kMaxSpanTextBytes);
  span.kind = kind;
  if (parent != nullptr) {
    span.context = *parent;
    span.parent_id = parent->span_id;
  } else {
    span.context.trace_id = {high_.Bits(), NewSpanId()};
  }
  span.context.span_id = NewSpanId();
  span.context.sampled = true;
  span.attributes.reserve(kUsualAttributes);
  span.start = clock_.Now();
  return span;
}

void Tracer::End(Span span) {
  span.end = std::max(clock_.Now(), span.start);  // a system's clock may be set back
  sink_.Take(std::move(span));
}

}  // namespace attune
