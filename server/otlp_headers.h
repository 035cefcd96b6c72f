// The headers that go with every export of spans, as the environment of OpenTelemetry's SDKs tells them.
#ifndef ATTUNE_OTLP_HEADERS_H_
#define ATTUNE_OTLP_HEADERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace attune {

// "api-key=secret,x-team=a%20b" to {"api-key: secret", "x-team: a b"}: members as in W3C Baggage without properties (so
// that a semicolon is part of a value), with blanks around names and values left out, values percent-decoded; a blank
// within a value may be written as it is, and empty members are passed over, as in any list of HTTP. INVALID_ARGUMENT
// (BAD_FLAG) names `variable`, where the list comes from, and the number of the bad member, from 1: never its text,
// which may be a secret.
absl::StatusOr<std::vector<std::string>> ReadOtlpHeaders(std::string_view variable, std::string_view list);

}  // namespace attune

#endif  // ATTUNE_OTLP_HEADERS_H_
