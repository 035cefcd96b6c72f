#include "base/yaml_map.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"

namespace attune {

void YamlErrors::Add(const YAML::Mark& mark, std::string_view cause) {
  fields_.emplace_back(StrCat(file_, ":", mark.line + 1, ":", mark.column + 1), cause);
}

absl::Status YamlErrors::ToStatus() const {
  if (fields_.empty()) return absl::OkStatus();
  Error error(absl::StatusCode::kInvalidArgument, "BAD_FILE");
  error.Message(StrCat(fields_.front().first, ": ", fields_.front().second)).With("file", file_);
  for (const auto& [place, cause] : fields_) error.Field(place, cause);
  return error;
}

YamlMap::YamlMap(const YAML::Node& node, std::string_view what, YamlErrors& errors)
    : node_(node.IsMap() ? node : YAML::Node(YAML::NodeType::Map)), what_(what), errors_(errors) {
  if (!node.IsMap()) errors_.Add(node, StrCat(what_, " must be a map of keys and values"));
}

YAML::Node YamlMap::Node(const char* key) {
  known_.push_back(key);
  const YAML::Node value = node_[key];  // node_ is const: no key is made
  // What yaml-cpp gives for an absent key throws when asked what it is.
  return value.IsDefined() ? value : YAML::Node(YAML::NodeType::Undefined);
}

bool YamlMap::Has(const char* key) { return Node(key).IsDefined(); }

template <typename T>
std::optional<T> YamlMap::Scalar(const char* key, const char* kind) {
  const YAML::Node value = Node(key);
  if (!value.IsDefined()) return std::nullopt;
  T decoded;
  if (value.IsScalar() && YAML::convert<T>::decode(value, decoded)) return decoded;
  errors_.Add(value, StrCat(key, " must be ", kind));
  return std::nullopt;
}

std::optional<std::string> YamlMap::String(const char* key) { return Scalar<std::string>(key, "a text"); }
std::optional<int64_t> YamlMap::Integer(const char* key) { return Scalar<int64_t>(key, "a whole number"); }
std::optional<int32_t> YamlMap::SmallInteger(const char* key) {
  return Scalar<int32_t>(key, "a whole number below 2147483648");
}
std::optional<double> YamlMap::Double(const char* key) { return Scalar<double>(key, "a number"); }
std::optional<bool> YamlMap::Bool(const char* key) { return Scalar<bool>(key, "true or false"); }

std::vector<std::string> YamlMap::Strings(const char* key) {
  const YAML::Node value = Node(key);
  if (!value.IsDefined()) return {};
  if (value.IsScalar()) return {value.Scalar()};
  std::vector<std::string> texts;
  const bool texts_only =
      value.IsSequence() && std::all_of(value.begin(), value.end(), [](const auto& item) { return item.IsScalar(); });
  if (!texts_only) {
    errors_.Add(value, StrCat(key, " must be a list of texts"));
    return {};
  }
  for (const YAML::Node& item : value) texts.push_back(item.Scalar());
  return texts;
}

std::optional<absl::Duration> YamlMap::Duration(const char* key) {
  const std::optional<std::string> text = String(key);
  if (!text.has_value()) return std::nullopt;
  absl::Duration duration;
  if (absl::ParseDuration(*text, &duration) && duration > absl::ZeroDuration()) return duration;
  Fail(key, StrCat("'", *text, "' is no time above 0, such as 500ms, 5s or 2m"));
  return std::nullopt;
}

void YamlMap::Require(const char* key) {
  if (!Has(key)) errors_.Add(node_, StrCat(what_, " needs the key '", key, "'"));
}

void YamlMap::Fail(const char* key, std::string_view cause) {
  const YAML::Node value = Node(key);
  errors_.Add(value.IsDefined() ? value : node_, StrCat(key, ": ", cause));
}

void YamlMap::Finish() {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "(not a text)";
    if (!seen.insert(key).second) errors_.Add(entry.first, StrCat("the key '", key, "' stands here twice"));
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::vector<std::string> nearest = NearestNames(key, known_, 1);
    errors_.Add(entry.first, StrCat(what_, " has no key '", key, "'",
                                    nearest.empty() ? "" : StrCat("; did you mean '", nearest.front(), "'?")));
  }
}

absl::StatusOr<std::vector<YAML::Node>> LoadYaml(std::string_view file, const std::string& text) {
  YamlErrors errors(file);
  try {
    return YAML::LoadAll(text);
  } catch (const YAML::Exception& error) {
    errors.Add(error.mark, StrCat("is not YAML: ", error.msg));
  }
  return errors.ToStatus();
}

}  // namespace attune
