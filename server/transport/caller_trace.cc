#include "transport/caller_trace.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/trace.h"

namespace attune {
namespace {

std::string_view View(const grpc::string_ref& text) { return {text.data(), text.size()}; }

std::optional<TraceContext> ReadTrace(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto parent = metadata.find("traceparent");
  if (parent == metadata.end() || metadata.count("traceparent") > 1) return std::nullopt;
  std::string state;
  const auto [begin, end] = metadata.equal_range("tracestate");
  for (auto entry = begin; entry != end && state.size() <= kMaxTraceStateBytes; ++entry) {
    if (entry != begin) state += ',';
    state += View(entry->second);
  }
  return ParseTraceContext(View(parent->second), state);
}

}  // namespace

AskVariant VariantOf(const grpc::CallbackServerContext& context) {
  AskVariant variant;
  std::optional<TraceContext> trace = ReadTrace(context);
  if (trace) variant.trace = std::make_shared<const TraceScope>(TraceScope{.context = *std::move(trace)});
  return variant;
}

}  // namespace attune
