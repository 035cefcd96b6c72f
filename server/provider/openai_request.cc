#include "provider/openai_request.h"

#include <simdjson.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"

namespace attune {
namespace {

// The vendor demands a name and does nothing with it.
constexpr std::string_view kSchemaName = "answer";

void WriteMessages(JsonWriter& json, const std::vector<Message>& messages) {
  json.Key("messages").BeginArray();
  for (const Message& message : messages) {
    json.BeginObject().Key("role").String(RoleName(message.role)).Key("content").String(message.content).EndObject();
  }
  json.EndArray();
}

void WriteParameters(JsonWriter& json, const OpenAiOptions& options, const Parameters& parameters) {
  if (parameters.temperature) json.Key("temperature").Double(*parameters.temperature);
  if (parameters.top_p) json.Key("top_p").Double(*parameters.top_p);
  if (parameters.max_tokens) json.Key(options.token_field).Int(*parameters.max_tokens);
  if (parameters.seed) json.Key("seed").Int(*parameters.seed);
  if (parameters.stop.empty()) return;
  json.Key("stop").BeginArray();
  for (const std::string& stop : parameters.stop) json.String(stop);
  json.EndArray();
}

void WriteSchema(JsonWriter& json, const std::string& schema) {
  json.Key("response_format").BeginObject().Key("type").String("json_schema").Key("json_schema").BeginObject();
  json.Key("name").String(kSchemaName).Key("schema").Raw(schema).EndObject().EndObject();
}

size_t BodySizeHint(const ModelRequest& request) {
  size_t bytes = 256 + request.response_schema.size();
  for (const Message& message : request.messages) bytes += message.content.size() + message.content.size() / 16 + 48;
  return bytes;
}

}  // namespace

absl::Status CheckOpenAiRequest(const ModelRequest& request) {
  if (request.response_schema.empty()) return absl::OkStatus();
  simdjson::dom::parser parser;
  simdjson::dom::object schema;
  if (const auto error = parser.parse(request.response_schema).get(schema)) {
    return BadField("BAD_RESPONSE_SCHEMA", "response_schema",
                    absl::StrCat("must be a JSON object: ", simdjson::error_message(error)));
  }
  return absl::OkStatus();
}

std::string OpenAiRequestBody(const OpenAiOptions& options, const ModelRequest& request, bool stream) {
  std::string body;
  body.reserve(BodySizeHint(request));
  JsonWriter json(body);
  json.BeginObject().Key("model").String(request.model);
  WriteMessages(json, request.messages);
  WriteParameters(json, options, request.parameters);
  if (!request.response_schema.empty()) WriteSchema(json, request.response_schema);
  if (!request.user.empty() && !options.user_field.empty()) {
    // The vendor learns that two questions come from one person, not who it is.
    json.Key(options.user_field).String(absl::StrCat(absl::Hex(Hash64(request.user), absl::kZeroPad16)));
  }
  if (stream) {
    json.Key("stream").Bool(true);
    if (options.stream_usage) json.Key("stream_options").BeginObject().Key("include_usage").Bool(true).EndObject();
  }
  json.EndObject();
  return body;
}

}  // namespace attune
