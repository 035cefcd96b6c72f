#include "provider/openai_chat.h"

#include "absl/strings/str_replace.h"
#include "base/strings.h"
#include "provider/openai_choices.h"
#include "provider/vendor_logprobs.h"
#include "provider/vendor_request.h"

namespace attune {
namespace {

constexpr std::string_view kModelInPath = "{model}";

void WriteSchema(JsonWriter& json, const std::string& schema) {
  json.Key("response_format").BeginObject().Key("type").String("json_schema").Key("json_schema").BeginObject();
  json.Key("name").String(kSchemaName).Key("schema").Raw(schema).EndObject().EndObject();
}

// A string, null, or parts of which the text ones count.
void AppendContent(const JsonObject& message, std::string& text) {
  text += TextField(message, "content");
  VisitObjects(message, "content", [&text](const JsonObject& part) {
    if (TextField(part, "type") == "text") text += TextField(part, "text");
  });
}

void ReadChat(const JsonObject& root, std::string_view message_key, AnswerPart& part) {
  ReadChoices(root, part, [&](const JsonObject& choice) {
    if (const auto logprobs = ObjectField(choice, "logprobs")) ReadLogprobs(*logprobs, "content", part.logprobs);
    const auto message = ObjectField(choice, message_key);
    if (!message) return;
    AppendContent(*message, part.text);
    const std::string_view refusal = TextField(*message, "refusal");
    part.refused = !refusal.empty();
    part.text += refusal;
  });
}

}  // namespace

OpenAiFields OpenAiFieldsFor(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  OpenAiFields fields;
  if (base_url != kOpenAiBaseUrl) {
    fields.max_tokens = "max_tokens";
    fields.user.clear();
    fields.developer_role = "system";
  }
  return fields;
}

absl::Status OpenAiChat::Check(const ModelRequest& request) const {
  if (fields_.path.find(kModelInPath) == std::string::npos) return absl::OkStatus();
  return CheckModelInPath(request.model, "");
}

std::string OpenAiChat::Path(const ModelRequest& request, bool /*stream*/) const {
  if (fields_.path.find(kModelInPath) == std::string::npos) return fields_.path;
  return absl::StrReplaceAll(fields_.path, {{AbslView(kModelInPath), request.model}});
}

std::string OpenAiChat::Body(const ModelRequest& request, bool stream) const {
  const Parameters& parameters = request.parameters;
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model).Key("messages");
  WriteMessages(json, request.messages, fields_.developer_role);
  WriteSampling(json, parameters);
  if (parameters.max_tokens) json.Key(fields_.max_tokens).Int(*parameters.max_tokens);
  if (parameters.seed) json.Key(fields_.seed).Int(*parameters.seed);
  WriteStop(json, "stop", parameters.stop);
  if (parameters.top_logprobs) json.Key("logprobs").Bool(true).Key("top_logprobs").Int(*parameters.top_logprobs);
  if (!request.response_schema.empty()) WriteSchema(json, request.response_schema);
  if (!request.user.empty() && !fields_.user.empty()) json.Key(fields_.user).String(UserHash(request.user));
  if (stream) WriteOpenAiStream(json, fields_.stream_usage);
  json.EndObject();
  return body;
}

void OpenAiChat::ReadWhole(const JsonObject& root, AnswerPart& part) const { ReadChat(root, "message", part); }

void OpenAiChat::ReadEvent(const JsonObject& root, AnswerPart& part) const { ReadChat(root, "delta", part); }

}  // namespace attune
