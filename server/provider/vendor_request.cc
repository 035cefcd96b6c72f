#include "provider/vendor_request.h"

#include <simdjson.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"

namespace attune {
namespace {

// Up to the content. Most messages are of two roles.
void BeginMessage(JsonWriter& json, std::string_view role) {
  json.BeginObject();
  if (role == "user") {
    json.RawMembers(R"("role":"user","content":)");
  } else if (role == "assistant") {
    json.RawMembers(R"("role":"assistant","content":)");
  } else {
    json.Key("role").String(role).Key("content");
  }
}

}  // namespace

absl::Status CheckResponseSchema(const ModelRequest& request) {
  if (request.response_schema.empty()) return absl::OkStatus();
  simdjson::dom::parser parser;
  simdjson::dom::object schema;
  if (const auto error = parser.parse(request.response_schema).get(schema)) {
    return BadField("BAD_RESPONSE_SCHEMA", "response_schema",
                    StrCat("must be a JSON object: ", simdjson::error_message(error)));
  }
  return absl::OkStatus();
}

absl::Status CheckModelInPath(std::string_view model, std::string_view more) {
  const auto allowed = [more](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' ||
           more.find(c) != std::string_view::npos;
  };
  const bool leads_up = model == "." || model.find("..") != std::string_view::npos;
  if (!leads_up && std::all_of(model.begin(), model.end(), allowed)) return absl::OkStatus();
  return BadField(
      "BAD_MODEL", "model",
      StrCat("'", model, "' cannot be a model here, where it is part of the address: letters, digits and - _ . ", more,
             more.empty() ? "" : " ", "are allowed"));
}

size_t BodySizeHint(const ModelRequest& request) {
  size_t bytes = 256 + request.response_schema.size();
  for (const Message& message : request.messages) bytes += message.content.size() + message.content.size() / 16 + 48;
  return bytes;
}

std::string UserHash(std::string_view user) { return absl::StrCat(absl::Hex(Hash64(user), absl::kZeroPad16)); }

void WriteMessages(JsonWriter& json, const std::vector<Message>& messages, std::string_view developer_role) {
  json.BeginArray();
  for (const Message& message : messages) {
    const std::string_view role = message.role == Role::kDeveloper ? developer_role : RoleName(message.role);
    BeginMessage(json, role);
    json.String(message.content).EndObject();
  }
  json.EndArray();
}

void WriteSampling(JsonWriter& json, const Parameters& parameters) {
  if (parameters.temperature) json.Key("temperature").Double(*parameters.temperature);
  if (parameters.top_p) json.Key("top_p").Double(*parameters.top_p);
}

void WriteStop(JsonWriter& json, std::string_view name, const std::vector<std::string>& stop) {
  if (stop.empty()) return;
  json.Key(name).BeginArray();
  for (const std::string& text : stop) json.String(text);
  json.EndArray();
}

bool IsInstruction(const Message& message) { return message.role == Role::kSystem || message.role == Role::kDeveloper; }

std::string Instructions(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : messages) {
    if (IsInstruction(message)) StrAppend(&text, text.empty() ? "" : "\n\n", message.content);
  }
  return text;
}

}  // namespace attune
