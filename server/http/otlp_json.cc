#include "http/otlp_json.h"

#include "base/json_writer.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::string_view kServiceName = "attune";
constexpr size_t kUsualSpanBytes = 1024;

// Of opentelemetry/proto/trace/v1/trace.proto.
constexpr int64_t kStatusError = 2;
int64_t KindNumber(SpanKind kind) {
  switch (kind) {
    case SpanKind::kServer:
      return 2;
    case SpanKind::kClient:
      return 3;
    case SpanKind::kInternal:
      break;
  }
  return 1;
}

void WriteAttribute(JsonWriter& json, std::string_view key, const Span::Value& value) {
  json.BeginObject().Key("key").String(key).Key("value").BeginObject();
  if (const auto* number = std::get_if<int64_t>(&value)) {
    json.Key("intValue").String(StrCat(*number));
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    json.Key("boolValue").Bool(*truth);
  } else {
    json.Key("stringValue").String(std::get<std::string>(value));
  }
  json.EndObject().EndObject();
}

void WriteSpan(JsonWriter& json, const Span& span) {
  json.BeginObject().Key("traceId").String(Hex(span.context.trace_id)).Key("spanId").String(Hex(span.context.span_id));
  if (span.parent_id != 0) json.Key("parentSpanId").String(Hex(span.parent_id));
  if (!span.context.state.empty()) json.Key("traceState").String(span.context.state);
  json.Key("name").String(span.name).Key("kind").Int(KindNumber(span.kind));
  json.Key("startTimeUnixNano").String(StrCat(absl::ToUnixNanos(span.start)));
  json.Key("endTimeUnixNano").String(StrCat(absl::ToUnixNanos(span.end)));
  json.Key("attributes").BeginArray();
  for (const auto& [key, value] : span.attributes) WriteAttribute(json, key, value);
  json.EndArray().Key("status").BeginObject();
  if (span.failed) json.Key("code").Int(kStatusError);
  json.EndObject().EndObject();
}

}  // namespace

std::string OtlpJson(const std::vector<Span>& spans, std::string_view service_version) {
  std::string body;
  body.reserve((spans.size() + 1) * kUsualSpanBytes);
  JsonWriter json(body);
  json.BeginObject().Key("resourceSpans").BeginArray().BeginObject();
  json.Key("resource").BeginObject().Key("attributes").BeginArray();
  WriteAttribute(json, "service.name", std::string(kServiceName));
  WriteAttribute(json, "service.version", std::string(service_version));
  json.EndArray().EndObject();
  json.Key("scopeSpans").BeginArray().BeginObject();
  json.Key("scope").BeginObject().Key("name").String(kServiceName).EndObject();
  json.Key("spans").BeginArray();
  for (const Span& span : spans) WriteSpan(json, span);
  json.EndArray().EndObject().EndArray();
  json.EndObject().EndArray().EndObject();
  return body;
}

}  // namespace attune
