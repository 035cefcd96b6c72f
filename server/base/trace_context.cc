#include "base/trace_context.h"

#include <algorithm>

#include "base/strings.h"

namespace attune {
namespace {

// 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
constexpr size_t kVersionDigits = 2;
constexpr size_t kTraceIdAt = 3;
constexpr size_t kSpanIdAt = 36;
constexpr size_t kFlagsAt = 53;
constexpr size_t kParentBytes = 55;  // of version 00, and at least so many of every later one
constexpr uint64_t kSampledFlag = 1;
constexpr size_t kMaxKeyBytes = 256;
constexpr size_t kMaxValueBytes = 256;

// Upper case is not valid.
std::optional<uint64_t> ReadHex(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) {
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
    value = value << 4 | static_cast<uint64_t>(decimal ? c - '0' : c - 'a' + 10);
  }
  return value;
}

std::optional<TraceContext> ParseTraceParent(std::string_view text) {
  if (text.size() < kParentBytes) return std::nullopt;
  for (const size_t dash : {kTraceIdAt - 1, kSpanIdAt - 1, kFlagsAt - 1}) {
    if (text[dash] != '-') return std::nullopt;
  }
  const std::optional<uint64_t> version = ReadHex(text.substr(0, kVersionDigits));
  const std::optional<uint64_t> high = ReadHex(text.substr(kTraceIdAt, 16));
  const std::optional<uint64_t> low = ReadHex(text.substr(kTraceIdAt + 16, 16));
  const std::optional<uint64_t> span = ReadHex(text.substr(kSpanIdAt, 16));
  const std::optional<uint64_t> flags = ReadHex(text.substr(kFlagsAt, 2));
  if (!version || !high || !low || !span || !flags) return std::nullopt;
  if (*version == 0xff || (*high == 0 && *low == 0) || *span == 0) return std::nullopt;
  const bool longer = text.size() > kParentBytes;
  if (longer && (*version == 0 || text[kParentBytes] != '-')) return std::nullopt;
  return TraceContext{
      .trace_id = {*high, *low}, .span_id = *span, .sampled = (*flags & kSampledFlag) != 0, .state = {}};
}

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsKey(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes || !IsLowerOrDigit(key.front())) return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return IsLowerOrDigit(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
  });
}

// Spaces may stand within, but not at the end, where they belong to the list.
bool IsValue(std::string_view value) {
  if (value.empty() || value.size() > kMaxValueBytes) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

std::string_view WithoutSpaces(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string Hex(const TraceId& id) { return Hex(id.high) + Hex(id.low); }

std::string Hex(uint64_t span_id) { return absl::StrCat(absl::Hex(span_id, absl::kZeroPad16)); }

bool IsValidTraceState(std::string_view tracestate) {
  if (tracestate.size() > kMaxTraceStateBytes) return false;
  std::vector<std::string_view> keys;
  for (size_t start = 0; start <= tracestate.size();) {
    const size_t end = std::min(tracestate.find(',', start), tracestate.size());
    const std::string_view member = WithoutSpaces(tracestate.substr(start, end - start));
    start = end + 1;
    if (member.empty()) continue;  // allowed
    const size_t equals = std::min(member.find('='), member.size() - 1);
    const std::string_view key = member.substr(0, equals);
    if (!IsKey(key) || !IsValue(member.substr(equals + 1))) return false;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) return false;
    keys.push_back(key);
  }
  return !keys.empty() && keys.size() <= kMaxTraceStateMembers;
}

std::optional<TraceContext> ParseTraceContext(std::string_view traceparent, std::string_view tracestate) {
  std::optional<TraceContext> context = ParseTraceParent(traceparent);
  if (context && IsValidTraceState(tracestate)) context->state = tracestate;
  return context;
}

std::string FormatTraceParent(const TraceContext& context) {
  return StrCat("00-", Hex(context.trace_id), "-", Hex(context.span_id), context.sampled ? "-01" : "-00");
}

void AddTraceHeaders(const TraceContext& context, std::vector<std::string>& headers) {
  headers.push_back("traceparent: " + FormatTraceParent(context));
  if (!context.state.empty()) headers.push_back("tracestate: " + context.state);
}

}  // namespace attune
