#include "ask/ask_span.h"

#include <memory>
#include <utility>

#include "ask/asker.h"

namespace attune {

void NoteResult(const AskResult& result, Span* span) {
  if (span == nullptr) return;
  span->AddString("attune.interaction_id", result.interaction_id);
  const Provenance& provenance = result.provenance;
  if (!provenance.prompt.empty()) {
    span->AddString("attune.prompt", provenance.prompt);
    span->AddInt("attune.prompt_version", provenance.prompt_version);
    span->AddInt("attune.revision", provenance.revision);
  }
  if (!provenance.dataset.empty()) {
    span->AddString("attune.dataset", provenance.dataset);
    span->AddInt("attune.dataset_version", provenance.dataset_version);
  }
  if (result.embedding.tokens > 0) span->AddInt("attune.embedding_tokens", result.embedding.tokens);
  if (result.finish_reason == FinishReason::kLowCoverage) return;  // no model, no tokens
  if (result.finish_reason != FinishReason::kUnspecified) span->AddString("gen_ai.response.model", result.model);
  if (result.cached) {
    span->AddBool("attune.cached", true);  // its tokens were spent, and told, by another Ask
  } else if (result.usage.reported) {
    span->AddInt("gen_ai.usage.input_tokens", result.usage.input_tokens);
    span->AddInt("gen_ai.usage.output_tokens", result.usage.output_tokens);
  }
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::AskTraced(const AskRequest& request, absl::Time deadline,
                                                            AskSink* sink, const AskVariant& variant) {
  const bool wanted = variant.record && (variant.trace == nullptr || variant.trace->context.sampled);
  if (!wanted) co_return co_await AskAdmitted(request, deadline, sink, variant);
  Tracer& tracer = *options_.tracer;
  Span span = tracer.Start(sink == nullptr ? "Ask" : "StreamAsk", SpanKind::kServer,
                           variant.trace == nullptr ? nullptr : &variant.trace->context);
  span.AddString("gen_ai.operation.name", "chat");
  AskVariant traced = variant;
  traced.trace = std::make_shared<const TraceScope>(TraceScope{.context = span.context, .tracer = &tracer});
  traced.span = &span;
  absl::StatusOr<AskResult> outcome = co_await AskAdmitted(request, deadline, sink, traced);
  span.SetOutcome(outcome.status());
  tracer.End(std::move(span));
  co_return outcome;
}

}  // namespace attune
