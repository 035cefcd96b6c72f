#include "otlp_headers.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/strings.h"
#include "config_provider.h"

namespace attune {
namespace {

// What the exporter or HTTP itself sends.
constexpr std::array<std::string_view, 6> kOwnHeaders = {
    "connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding"};

bool IsOurs(std::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(),
                     [name](std::string_view own) { return absl::EqualsIgnoreCase(AbslView(name), AbslView(own)); });
}

std::optional<int> HexDigit(char c) {
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

// nullopt: a percent sign without two digits after it.
std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (text.size() - at < 3) return std::nullopt;
    const std::optional<int> high = HexDigit(text[at + 1]), low = HexDigit(text[at + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return decoded;
}

// Appends the header; else why it is none.
std::string_view AddHeader(std::string_view member, std::vector<std::string>& headers) {
  const size_t equals = member.find('=');
  if (equals == member.npos) return "is not key=value";
  const std::string_view name = StdView(absl::StripAsciiWhitespace(AbslView(member.substr(0, equals))));
  if (name.empty() || !IsHeaderName(name)) return "has a key that is no name of a header";
  if (IsOurs(name)) return "names a header that attuned itself sends";
  const std::optional<std::string> value =
      PercentDecoded(StdView(absl::StripAsciiWhitespace(AbslView(member.substr(equals + 1)))));
  if (!value) return "has a percent sign without two hexadecimal digits after it; a percent sign itself is %25";
  if (!IsOneLine(*value)) return "has a value with a control character, which no header may have";
  if (value->empty()) return "has no value";
  headers.push_back(StrCat(name, ": ", *value));
  return {};
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadOtlpHeaders(std::string_view variable, std::string_view list) {
  std::vector<std::string> headers;
  int number = 0;
  for (const absl::string_view member : absl::StrSplit(AbslView(list), ',')) {
    ++number;
    const std::string_view text = StdView(absl::StripAsciiWhitespace(member));
    if (text.empty()) continue;
    const std::string_view why = AddHeader(text, headers);
    if (why.empty()) continue;
    return Error(absl::StatusCode::kInvalidArgument, "BAD_FLAG")
        .Message(StrCat(variable, ": member ", number, " of the list in this environment variable ", why,
                        "; it is written key1=value1,key2=value2, with values percent-encoded"))
        .With("flag", variable);
  }
  return headers;
}

}  // namespace attune
