// What the span of an Ask tells of it: names, ids and counts, by OpenTelemetry's conventions for generative AI and
// under `attune.`; nothing of what was asked and answered.
#ifndef ATTUNE_ASK_ASK_SPAN_H_
#define ATTUNE_ASK_ASK_SPAN_H_

#include <optional>
#include <string>
#include <string_view>

#include "ask/request.h"
#include "base/trace.h"

namespace attune {

// The model as it was asked for, "provider/model" or an alias; nullopt: the default one. Nothing for a null `span`.
inline void NoteModel(const std::optional<std::string>& model, std::string_view default_model, Span* span) {
  if (span != nullptr) span->AddString("gen_ai.request.model", model ? *model : default_model);
}

// Nothing for a null `span`. `result` may be that of a failure: what is not known is left out.
void NoteResult(const AskResult& result, Span* span);

}  // namespace attune

#endif  // ATTUNE_ASK_ASK_SPAN_H_
