// Where a call stands in a distributed trace: the W3C recommendation "Trace Context"
// (https://www.w3.org/TR/trace-context), its headers `traceparent` and `tracestate`. Pure.
#ifndef ATTUNE_BASE_TRACE_CONTEXT_H_
#define ATTUNE_BASE_TRACE_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attune {

inline constexpr size_t kMaxTraceStateBytes = 512;  // a longer `tracestate` is not carried on
inline constexpr size_t kMaxTraceStateMembers = 32;

// 16 bytes, the first one the highest; not valid if all are 0.
struct TraceId {
  uint64_t high = 0, low = 0;
  friend bool operator==(const TraceId&, const TraceId&) = default;
};

// 32 and 16 lower-case hex digits.
std::string Hex(const TraceId& id);
std::string Hex(uint64_t span_id);

struct TraceContext {
  TraceId trace_id;
  uint64_t span_id = 0;  // 8 bytes, the first one the highest; not valid if 0
  bool sampled = false;  // whoever made the span records it
  std::string state;     // `tracestate`, as it came; may be empty
  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// The caller's context, from the values of its headers; nullopt if `traceparent` is not valid: the trace begins anew.
// `traceparent`: version 00 must be exactly as the recommendation has it; of a higher version what version 00 knows is
// read, and more may follow after a dash. `tracestate` is dropped if it is not valid or too long.
std::optional<TraceContext> ParseTraceContext(std::string_view traceparent, std::string_view tracestate);

// At least one member and at most kMaxTraceStateMembers, each key once, the alphabets of the recommendation (of its
// level 2, which allows all that level 1 does), and at most kMaxTraceStateBytes.
bool IsValidTraceState(std::string_view tracestate);

// The value of `traceparent`, version 00.
std::string FormatTraceParent(const TraceContext& context);

// Appends the headers that pass the context on, as "name: value".
void AddTraceHeaders(const TraceContext& context, std::vector<std::string>& headers);

}  // namespace attune

#endif  // ATTUNE_BASE_TRACE_CONTEXT_H_
