#include "provider/openai_choices.h"

namespace attune {
namespace {

void ReadUsage(const JsonObject& root, UsageCounts& usage) {
  const auto counts = ObjectField(root, "usage");
  if (!counts) return;
  usage.input = CountField(*counts, "prompt_tokens");
  usage.output = CountField(*counts, "completion_tokens");
  if (const auto details = ObjectField(*counts, "prompt_tokens_details")) {
    usage.cached = CountField(*details, "cached_tokens");
  }
  if (const auto details = ObjectField(*counts, "completion_tokens_details")) {
    usage.reasoning = CountField(*details, "reasoning_tokens");
  }
}

bool IsNormalEnd(std::string_view name) {
  if (name == "stop") return true;
  if (name == "eos") return true;                         // Together
  return name == "eos_token" || name == "stop_sequence";  // Hugging Face's TGI
}

void ReadFinishReason(std::string_view name, AnswerPart& part) {
  if (name.empty()) return;
  if (name == "error") {  // Mistral
    part.error.emplace();
  } else if (IsNormalEnd(name)) {
    part.finish_reason = FinishReason::kStop;
  } else if (name == "length" || name == "model_length") {
    part.finish_reason = FinishReason::kLength;
  } else if (name == "content_filter") {
    part.finish_reason = FinishReason::kContentFilter;
  } else if (name == "refusal") {
    part.finish_reason = FinishReason::kRefusal;
  } else {
    part.finish_reason = FinishReason::kOther;
  }
}

}  // namespace

void ReadChoices(const JsonObject& root, AnswerPart& part, absl::FunctionRef<void(const JsonObject&)> read_text) {
  part.model = TextField(root, "model");
  ReadUsage(root, part.usage);
  VisitObjects(root, "choices", [&](const JsonObject& choice) {
    if (CountField(choice, "index").value_or(0) != 0) return;
    part.is_answer = true;
    ReadFinishReason(TextField(choice, "finish_reason"), part);
    read_text(choice);
  });
}

void WriteOpenAiStream(JsonWriter& json, bool with_usage) {
  json.Key("stream").Bool(true);
  if (with_usage) json.Key("stream_options").BeginObject().Key("include_usage").Bool(true).EndObject();
}

}  // namespace attune
