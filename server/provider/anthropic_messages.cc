#include "provider/anthropic_messages.h"

#include "base/strings.h"
#include "provider/vendor_logprobs.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

constexpr char kApiVersion[] = "anthropic-version: 2023-06-01";

void WriteSchema(JsonWriter& json, const std::string& schema) {
  json.Key("output_config").BeginObject().Key("format").BeginObject().Key("type").String("json_schema");
  json.Key("schema").Raw(schema).EndObject().EndObject();
}

void WriteTurns(JsonWriter& json, const std::vector<Message>& messages) {
  json.BeginArray();
  for (const Message& message : messages) {
    if (IsInstruction(message)) continue;
    json.BeginObject().Key("role").String(RoleName(message.role)).Key("content").String(message.content).EndObject();
  }
  json.EndArray();
}

// Tokens that were read from or written to the cache are counted apart from input_tokens.
UsageCounts ReadUsage(const JsonObject& from) {
  UsageCounts usage;
  const auto counts = ObjectField(from, "usage");
  if (!counts) return usage;
  usage.input = CountField(*counts, "input_tokens");
  usage.output = CountField(*counts, "output_tokens");
  usage.cached = CountField(*counts, "cache_read_input_tokens");
  const std::optional<int64_t> written = CountField(*counts, "cache_creation_input_tokens");
  if (usage.cached || written) usage.outside_input = usage.cached.value_or(0) + written.value_or(0);
  return usage;
}

std::optional<FinishReason> ReadStopReason(const JsonObject& from) {
  const std::string_view name = TextField(from, "stop_reason");
  if (name.empty()) return std::nullopt;
  if (name == "end_turn" || name == "stop_sequence") return FinishReason::kStop;
  if (name == "max_tokens" || name == "model_context_window_exceeded") return FinishReason::kLength;
  if (name == "refusal") return FinishReason::kRefusal;
  return FinishReason::kOther;
}

}  // namespace

absl::Status AnthropicMessages::Check(const ModelRequest& request) const {
  return RefuseLogprobs("Anthropic", request);
}

std::string AnthropicMessages::Path(const ModelRequest& /*request*/, bool /*stream*/) const { return "/messages"; }

std::vector<std::string> AnthropicMessages::Headers(const std::string& api_key) const {
  std::vector<std::string> headers = {kApiVersion};
  if (!api_key.empty()) headers.push_back(StrCat("x-api-key: ", api_key));
  return headers;
}

std::string AnthropicMessages::Body(const ModelRequest& request, bool stream) const {
  const Parameters& parameters = request.parameters;
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model);
  json.Key("max_tokens").Int(parameters.max_tokens.value_or(kDefaultMaxTokens));
  if (const std::string system = Instructions(request.messages); !system.empty()) json.Key("system").String(system);
  json.Key("messages");
  WriteTurns(json, request.messages);
  WriteSampling(json, parameters);
  WriteStop(json, "stop_sequences", parameters.stop);
  if (!request.response_schema.empty()) WriteSchema(json, request.response_schema);
  if (!request.user.empty()) {
    json.Key("metadata").BeginObject().Key("user_id").String(UserHash(request.user)).EndObject();
  }
  if (stream) json.Key("stream").Bool(true);
  json.EndObject();
  return body;
}

void AnthropicMessages::ReadWhole(const JsonObject& root, AnswerPart& part) const {
  part.is_answer = TextField(root, "type") == "message";
  part.model = TextField(root, "model");
  part.usage = ReadUsage(root);
  part.finish_reason = ReadStopReason(root);
  VisitObjects(root, "content", [&part](const JsonObject& block) {
    if (TextField(block, "type") == "text") part.text += TextField(block, "text");
  });
}

void AnthropicMessages::ReadEvent(const JsonObject& root, AnswerPart& part) const {
  const std::string_view type = TextField(root, "type");
  if (type == "message_start") {
    const auto message = ObjectField(root, "message");
    if (message) ReadWhole(*message, part);
  } else if (type == "content_block_start") {
    const auto block = ObjectField(root, "content_block");
    if (block && TextField(*block, "type") == "text") part.text = TextField(*block, "text");
  } else if (type == "content_block_delta") {
    const auto delta = ObjectField(root, "delta");
    if (delta && TextField(*delta, "type") == "text_delta") part.text = TextField(*delta, "text");
  } else if (type == "message_delta") {
    part.usage = ReadUsage(root);
    if (const auto delta = ObjectField(root, "delta")) part.finish_reason = ReadStopReason(*delta);
  } else if (type == "message_stop") {
    part.end = true;
  }
}

}  // namespace attune
