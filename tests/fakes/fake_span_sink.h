// Keeps finished spans for a test to look at.
#ifndef ATTUNE_TESTS_FAKES_FAKE_SPAN_SINK_H_
#define ATTUNE_TESTS_FAKES_FAKE_SPAN_SINK_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/strings.h"
#include "base/trace.h"

namespace attune {

// Safe to call from any thread.
class FakeSpanSink final : public SpanSink {
 public:
  void Take(Span span) override {
    MutexLock lock(mutex_);
    spans_.push_back(std::move(span));
  }
  // In the order of their ends.
  std::vector<Span> spans() const {
    MutexLock lock(mutex_);
    return spans_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<Span> spans_ ABSL_GUARDED_BY(mutex_);
};

// An attribute of a span as text; "-" if it has none of that name.
inline std::string AttributeOf(const Span& span, std::string_view key) {
  for (const auto& [name, value] : span.attributes) {
    if (name != key) continue;
    if (const auto* number = std::get_if<int64_t>(&value)) return StrCat(*number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    return std::get<std::string>(value);
  }
  return "-";
}

// All that a span holds, as one text.
inline std::string TextOf(const Span& span) {
  std::string text = span.name + " " + span.context.state;
  for (const auto& [name, value] : span.attributes) StrAppend(&text, " ", name, "=", AttributeOf(span, name));
  return text;
}

// The context of another server's span.
inline TraceContext CallersContext(bool sampled = true) {
  return {.trace_id = {0x0af7651916cd43dd, 0x8448eb211c80319c},
          .span_id = 0xb7ad6b7169203331,
          .sampled = sampled,
          .state = "vendor=1"};
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FAKES_FAKE_SPAN_SINK_H_
