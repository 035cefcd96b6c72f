// Spans as the body of an OTLP/HTTP request in JSON (https://opentelemetry.io/docs/specs/otlp, "JSON Protobuf
// Encoding"): ids in hex, 64-bit numbers as texts, enums as numbers. Pure.
#ifndef ATTUNE_HTTP_OTLP_JSON_H_
#define ATTUNE_HTTP_OTLP_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/trace.h"

namespace attune {

// An ExportTraceServiceRequest of the service `attune`.
std::string OtlpJson(const std::vector<Span>& spans, std::string_view service_version);

}  // namespace attune

#endif  // ATTUNE_HTTP_OTLP_JSON_H_
