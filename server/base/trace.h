// Spans: what took how long within a trace. They are made by a Tracer and end in a SpanSink. All of it is optional:
// where there is no Tracer, nothing is made, and a caller's context is only passed on.
//
//   Span span = tracer.Start("chat m", SpanKind::kClient, &parent);
//   span.AddString("gen_ai.request.model", "m");
//   tracer.End(std::move(span));
//
// Spans hold names, ids and counts; never prompts, answers or keys, nor messages of errors, which may quote them.
#ifndef ATTUNE_BASE_TRACE_H_
#define ATTUNE_BASE_TRACE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/jitter.h"
#include "base/trace_context.h"

namespace attune {

inline constexpr size_t kMaxSpanTextBytes = 256;  // of a name or a value; what is longer is cut

enum class SpanKind { kInternal, kServer, kClient };

struct Span {
  using Value = std::variant<int64_t, bool, std::string>;

  std::string name;  // few different ones: no ids in it
  SpanKind kind = SpanKind::kInternal;
  TraceContext context;    // its own place: what its children have for a parent
  uint64_t parent_id = 0;  // 0: it is the first of its trace
  absl::Time start, end;   // end: absl::Time() until it has ended
  bool failed = false;
  std::vector<std::pair<std::string_view, Value>> attributes;  // keys are literals

  // `key` must be a literal. An empty text is not added.
  void AddString(std::string_view key, std::string_view text);
  void AddInt(std::string_view key, int64_t value) { attributes.emplace_back(key, value); }
  void AddBool(std::string_view key, bool value) { attributes.emplace_back(key, value); }
  // Nothing for OK. Else `error.type`: the error's reason, or the name of its code. A server's span has failed only if
  // the fault is the server's, as OpenTelemetry's conventions for RPC have it; a refused request is the caller's.
  void SetOutcome(const absl::Status& status);
};

// Where finished spans go.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  // Any thread. Never waits and never fails: what cannot be taken is counted and dropped.
  virtual void Take(Span span) = 0;
};

// Thread-safe.
class Tracer {
 public:
  // Sink and clock must outlive it. Two processes need different seeds.
  Tracer(SpanSink& sink, const Clock& clock, uint64_t seed) : sink_(sink), clock_(clock), low_(seed), high_(~seed) {}

  // A span that begins now. With a parent (null: none) it belongs to its trace and carries on its state; without, it
  // begins a trace. It is sampled either way: whoever wants none asks for none.
  Span Start(std::string_view name, SpanKind kind, const TraceContext* parent);
  // It ends now.
  void End(Span span);

 private:
  uint64_t NewSpanId();

  SpanSink& sink_;
  const Clock& clock_;
  Jitter low_, high_;
};

// What a call belongs to; handed down with the call. Immutable, so that any thread may read it.
struct TraceScope {
  TraceContext context;      // the parent of what is done within
  Tracer* tracer = nullptr;  // null: the context is only passed on, nothing is recorded
};

}  // namespace attune

#endif  // ATTUNE_BASE_TRACE_H_
