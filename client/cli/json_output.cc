#include "client/cli/json_output.h"

#include <google/protobuf/util/json_util.h>

#include "base/json_writer.h"
#include "base/strings.h"
#include "client/attune_client.h"

namespace attune {
namespace {

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Only an Any of an unknown type could fail, and the API has none.
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "{}";
  return json;
}

void WriteMetadata(JsonWriter& json, const ErrorDetails& details) {
  json.Key("metadata").BeginObject();
  for (const auto& [key, value] : details.metadata) json.Key(key).String(value);
  json.EndObject().Key("fields").BeginArray();
  for (const auto& [field, description] : details.fields) {
    json.BeginObject().Key("field").String(field).Key("description").String(description).EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string JsonLine(const google::protobuf::Message& message) { return ToJson(message, false); }

std::string JsonDocument(const google::protobuf::Message& message) {
  std::string json = ToJson(message, true);
  if (!json.ends_with('\n')) json += '\n';
  return json;
}

std::string JsonOfError(const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Key("code").String(absl::StatusCodeToString(status.code()));
  json.Key("reason").String(details.reason).Key("message").String(StdView(status.message()));
  WriteMetadata(json, details);
  if (details.retry_after.has_value())
    json.Key("retry_after_seconds").Double(absl::ToDoubleSeconds(*details.retry_after));
  json.EndObject();
  return text;
}

}  // namespace attune
