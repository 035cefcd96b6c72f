#include "client/yaml_json.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json_writer.h"

namespace attune {
namespace {

absl::Status Write(const YAML::Node& node, int depth, const std::string& text, JsonWriter& json);

absl::Status WriteMap(const YAML::Node& node, int depth, const std::string& text, JsonWriter& json) {
  json.BeginObject();
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return absl::InvalidArgumentError("a key must be a text");
    json.Key(entry.first.Scalar());
    ATTUNE_RETURN_IF_ERROR(Write(entry.second, depth + 1, text, json));
  }
  json.EndObject();
  return absl::OkStatus();
}

// A plain scalar that JSON reads as a number, true, false or null.
bool IsJsonLiteral(const YAML::Node& node) {
  if (node.Tag() != "?") return false;  // quoted, or tagged by hand
  const auto value = nlohmann::json::parse(node.Scalar(), nullptr, false);
  return !value.is_discarded() && !value.is_string() && !value.is_structured();
}

absl::Status Write(const YAML::Node& node, int depth, const std::string& text, JsonWriter& json) {
  if (depth > kMaxYamlJsonDepth) return absl::ResourceExhaustedError("is nested deeper than 64 levels");
  if (text.size() > kMaxYamlJsonBytes) return absl::ResourceExhaustedError("is larger than 1 MiB");
  if (node.IsMap()) return WriteMap(node, depth, text, json);
  if (node.IsSequence()) {
    json.BeginArray();
    for (const YAML::Node& item : node) ATTUNE_RETURN_IF_ERROR(Write(item, depth + 1, text, json));
    json.EndArray();
  } else if (node.IsScalar()) {
    IsJsonLiteral(node) ? json.Raw(node.Scalar()) : json.String(node.Scalar());
  } else {
    json.Null();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> YamlToJson(const YAML::Node& node) {
  std::string text;
  JsonWriter json(text);
  ATTUNE_RETURN_IF_ERROR(Write(node, 0, text, json));
  return text;
}

}  // namespace attune
