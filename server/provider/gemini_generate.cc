#include "provider/gemini_generate.h"

#include "base/strings.h"
#include "provider/gemini_address.h"
#include "provider/vendor_logprobs.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

void WriteText(JsonWriter& json, std::string_view text) {
  json.Key("parts").BeginArray().BeginObject().Key("text").String(text).EndObject().EndArray();
}

void WriteTurns(JsonWriter& json, const std::vector<Message>& messages) {
  json.Key("contents").BeginArray();
  for (const Message& message : messages) {
    if (IsInstruction(message)) continue;
    json.BeginObject().Key("role").String(message.role == Role::kUser ? "user" : "model");
    WriteText(json, message.content);
    json.EndObject();
  }
  json.EndArray();
}

void WriteConfig(JsonWriter& json, const ModelRequest& request) {
  const Parameters& parameters = request.parameters;
  json.Key("generationConfig").BeginObject();
  if (parameters.temperature) json.Key("temperature").Double(*parameters.temperature);
  if (parameters.top_p) json.Key("topP").Double(*parameters.top_p);
  if (parameters.max_tokens) json.Key("maxOutputTokens").Int(*parameters.max_tokens);
  if (parameters.seed) json.Key("seed").Int(*parameters.seed);
  WriteStop(json, "stopSequences", parameters.stop);
  if (parameters.top_logprobs) json.Key("responseLogprobs").Bool(true).Key("logprobs").Int(*parameters.top_logprobs);
  if (!request.response_schema.empty()) {
    json.Key("responseMimeType").String("application/json").Key("responseJsonSchema").Raw(request.response_schema);
  }
  json.EndObject();
}

bool HasConfig(const ModelRequest& request) {
  const Parameters& parameters = request.parameters;
  return parameters.temperature || parameters.top_p || parameters.max_tokens || parameters.seed ||
         parameters.top_logprobs || !parameters.stop.empty() || !request.response_schema.empty();
}

// The counts come again and again in a stream; the last ones hold. Thoughts are output, too.
void ReadUsage(const JsonObject& root, UsageCounts& usage) {
  const auto counts = ObjectField(root, "usageMetadata");
  if (!counts) return;
  usage.input = CountField(*counts, "promptTokenCount");
  usage.cached = CountField(*counts, "cachedContentTokenCount");
  usage.reasoning = CountField(*counts, "thoughtsTokenCount");
  usage.output = CountField(*counts, "candidatesTokenCount");
  if (usage.output || usage.reasoning) usage.output = usage.output.value_or(0) + usage.reasoning.value_or(0);
}

std::optional<FinishReason> ReadFinishReason(std::string_view name) {
  if (name.empty() || name == "FINISH_REASON_UNSPECIFIED") return std::nullopt;
  if (name == "STOP") return FinishReason::kStop;
  if (name == "MAX_TOKENS") return FinishReason::kLength;
  for (const std::string_view filter :
       {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"}) {
    if (name == filter) return FinishReason::kContentFilter;
  }
  return FinishReason::kOther;
}

void ReadCandidate(const JsonObject& candidate, AnswerPart& part) {
  if (CountField(candidate, "index").value_or(0) != 0) return;
  part.is_answer = true;
  part.finish_reason = ReadFinishReason(TextField(candidate, "finishReason"));
  if (const auto logprobs = ObjectField(candidate, "logprobsResult")) ReadGeminiLogprobs(*logprobs, part.logprobs);
  const auto content = ObjectField(candidate, "content");
  if (!content) return;
  VisitObjects(*content, "parts", [&part](const JsonObject& piece) {
    bool thought = false;
    if (piece["thought"].get(thought) == simdjson::SUCCESS && thought) return;
    part.text += TextField(piece, "text");
  });
}

}  // namespace

absl::Status GeminiGenerate::Check(const ModelRequest& request) const { return CheckGeminiModel(request.model); }

std::string GeminiGenerate::Path(const ModelRequest& request, bool stream) const {
  return StrCat("/", GeminiModelPath(request.model), stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
}

std::vector<std::string> GeminiGenerate::Headers(const std::string& api_key) const { return GeminiHeaders(api_key); }

std::string GeminiGenerate::Body(const ModelRequest& request, bool /*stream*/) const {
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject();
  if (const std::string system = Instructions(request.messages); !system.empty()) {
    json.Key("systemInstruction").BeginObject();
    WriteText(json, system);
    json.EndObject();
  }
  WriteTurns(json, request.messages);
  if (HasConfig(request)) WriteConfig(json, request);
  json.EndObject();
  return body;
}

void GeminiGenerate::ReadWhole(const JsonObject& root, AnswerPart& part) const {
  part.model = TextField(root, "modelVersion");
  ReadUsage(root, part.usage);
  VisitObjects(root, "candidates", [&part](const JsonObject& candidate) { ReadCandidate(candidate, part); });
  const auto feedback = ObjectField(root, "promptFeedback");
  if (feedback && !TextField(*feedback, "blockReason").empty()) {  // a blocked prompt has no candidates
    part.is_answer = true;
    part.finish_reason = FinishReason::kContentFilter;
  }
}

void GeminiGenerate::ReadEvent(const JsonObject& root, AnswerPart& part) const { ReadWhole(root, part); }

}  // namespace attune
