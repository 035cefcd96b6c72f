// What OpenAI's chat and legacy completions, and the servers that copy them, have in common.
#ifndef ATTUNE_PROVIDER_OPENAI_CHOICES_H_
#define ATTUNE_PROVIDER_OPENAI_CHOICES_H_

#include "absl/functional/function_ref.h"
#include "base/json_writer.h"
#include "provider/dialect.h"

namespace attune {

// Model, usage, and the first choice: its finish reason here, its text by `read_text`. Other choices are ignored.
void ReadChoices(const JsonObject& root, AnswerPart& part, absl::FunctionRef<void(const JsonObject&)> read_text);

// "stream", and the wish for usage at its end.
void WriteOpenAiStream(JsonWriter& json, bool with_usage);

}  // namespace attune

#endif  // ATTUNE_PROVIDER_OPENAI_CHOICES_H_
