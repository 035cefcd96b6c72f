#include "client/choice_yaml.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "client/yaml_words.h"

namespace attune {
namespace {

void AddEntry(const std::string& key, const std::string& value, v1::ExampleFilter& filter) {
  v1::MetadataEntry& entry = *filter.add_metadata();
  entry.set_key(key);
  entry.set_value(value);
}

// {key: value}, or {key: [value, value]}.
void ReadMetadata(const YAML::Node& node, YamlErrors& errors, v1::ExampleFilter& filter) {
  if (!node.IsMap()) return errors.Add(node, "metadata must be a map: the keys with a value or a list of values each");
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (entry.second.IsScalar()) {
      AddEntry(key, entry.second.Scalar(), filter);
      continue;
    }
    if (!entry.second.IsSequence()) {
      errors.Add(entry.second, StrCat(key, " must be a value or a list of values"));
      continue;
    }
    for (const YAML::Node& value : entry.second) {
      if (value.IsScalar()) {
        AddEntry(key, value.Scalar(), filter);
      } else {
        errors.Add(value, StrCat(key, " must be a list of values"));
      }
    }
  }
}

void ReadFilter(const YAML::Node& node, const char* name, YamlErrors& errors, v1::ExampleFilter& filter) {
  YamlMap map(node, name, errors);
  for (std::string& label : map.Strings("labels")) filter.add_labels(std::move(label));
  if (map.Has("metadata")) ReadMetadata(map.Node("metadata"), errors, filter);
  map.Finish();
}

void ReadLowCoverage(const YAML::Node& node, YamlErrors& errors, v1::LowCoverage& low) {
  YamlMap map(node, "low_coverage", errors);
  map.Require("below");
  map.Require("then");
  if (const auto value = map.Double("below")) low.set_below(*value);
  if (const auto value = ReadWord<v1::LowCoverageAction>(map, "then")) low.set_then(*value);
  if (const auto value = map.String("text")) low.set_text(*value);
  map.Finish();
}

void WriteTexts(YAML::Emitter& yaml, const std::vector<std::string>& texts) {
  yaml << YAML::Flow << YAML::BeginSeq;
  for (const std::string& text : texts) yaml << YAML::DoubleQuoted << text;
  yaml << YAML::EndSeq;
}

void WriteFilter(YAML::Emitter& yaml, const char* name, const v1::ExampleFilter& filter) {
  yaml << YAML::Key << name << YAML::Value << YAML::BeginMap;
  if (!filter.labels().empty()) {
    yaml << YAML::Key << "labels" << YAML::Value;
    WriteTexts(yaml, {filter.labels().begin(), filter.labels().end()});
  }
  std::map<std::string, std::vector<std::string>> values;
  for (const v1::MetadataEntry& entry : filter.metadata()) values[entry.key()].push_back(entry.value());
  if (!values.empty()) yaml << YAML::Key << "metadata" << YAML::Value << YAML::BeginMap;
  for (const auto& [key, texts] : values) {
    yaml << YAML::Key << YAML::DoubleQuoted << key << YAML::Value;
    WriteTexts(yaml, texts);
  }
  if (!values.empty()) yaml << YAML::EndMap;
  yaml << YAML::EndMap;
}

}  // namespace

void ReadChoice(YamlMap& few_shot, YamlErrors& errors, v1::FewShot& proto) {
  if (const auto value = ReadWord<v1::Choice>(few_shot, "choice")) proto.set_choice(*value);
  if (const auto value = few_shot.Double("min_score")) proto.set_min_score(*value);
  if (few_shot.Has("include")) ReadFilter(few_shot.Node("include"), "include", errors, *proto.mutable_include());
  if (few_shot.Has("exclude")) ReadFilter(few_shot.Node("exclude"), "exclude", errors, *proto.mutable_exclude());
  if (few_shot.Has("low_coverage")) {
    ReadLowCoverage(few_shot.Node("low_coverage"), errors, *proto.mutable_low_coverage());
  }
}

void WriteChoice(YAML::Emitter& yaml, const v1::FewShot& few_shot) {
  if (few_shot.choice() != 0) yaml << YAML::Key << "choice" << YAML::Value << WordOf(few_shot.choice());
  if (few_shot.min_score() != 0) yaml << YAML::Key << "min_score" << YAML::Value << few_shot.min_score();
  if (few_shot.has_include()) WriteFilter(yaml, "include", few_shot.include());
  if (few_shot.has_exclude()) WriteFilter(yaml, "exclude", few_shot.exclude());
  if (!few_shot.has_low_coverage()) return;
  const v1::LowCoverage& low = few_shot.low_coverage();
  yaml << YAML::Key << "low_coverage" << YAML::Value << YAML::BeginMap;
  yaml << YAML::Key << "below" << YAML::Value << low.below();
  yaml << YAML::Key << "then" << YAML::Value << WordOf(low.then());
  if (!low.text().empty()) yaml << YAML::Key << "text" << YAML::Value << YAML::DoubleQuoted << low.text();
  yaml << YAML::EndMap;
}

}  // namespace attune
