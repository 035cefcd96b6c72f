#include "client/resource_file.h"

#include <utility>

#include "base/error.h"
#include "client/yaml_words.h"

namespace attune {
namespace {

DatasetFile ReadDataset(YamlMap& map) {
  DatasetFile dataset;
  v1::ImportOptions& options = dataset.options;
  map.Require("name");
  map.Require("file");
  options.set_dataset(map.String("name").value_or(""));
  dataset.file = map.String("file").value_or("");
  options.set_description(map.String("description").value_or(""));
  if (const auto value = ReadWord<v1::Format>(map, "format")) options.set_format(*value);
  options.set_input_column(map.String("input_column").value_or(""));
  options.set_output_column(map.String("output_column").value_or(""));
  options.set_label_column(map.String("label_column").value_or(""));
  options.set_id_column(map.String("id_column").value_or(""));
  options.set_split_column(map.String("split_column").value_or(""));
  if (const auto value = ReadWord<v1::Split>(map, "split")) options.set_split(*value);
  options.set_test_share(map.Double("test_share").value_or(0));
  options.set_deduplicate(map.Bool("deduplicate").value_or(false));
  options.set_replace(map.Bool("replace").value_or(false));
  options.set_output_as_label(map.Bool("output_as_label").value_or(false));
  for (std::string& label : map.Strings("labels")) options.add_labels(std::move(label));
  return dataset;
}

v1::SetAliasRequest ReadAlias(YamlMap& map) {
  v1::SetAliasRequest request;
  const auto prompt = map.String("prompt");
  const auto dataset = map.String("dataset");
  if (prompt.has_value() == dataset.has_value()) map.Fail("prompt", "an alias needs one of 'prompt' and 'dataset'");
  if (prompt.has_value()) {
    request.set_prompt(*prompt);
  } else {
    request.set_dataset(dataset.value_or(""));
  }
  map.Require("alias");
  map.Require("version");
  request.set_alias(map.String("alias").value_or(""));
  request.set_version(map.Integer("version").value_or(0));
  request.set_canary_version(map.Integer("canary_version").value_or(0));
  request.set_canary_share(map.Double("canary_share").value_or(0));
  request.set_description(map.String("description").value_or(""));
  return request;
}

void ReadDocument(const YAML::Node& node, YamlErrors& errors, Resources& resources) {
  if (node.IsNull()) return;  // an empty document: "---" at the end
  YamlMap map(node, "the document", errors);
  const std::string kind = map.String("kind").value_or("prompt");
  if (kind == "prompt") {
    map.Require("name");
    resources.prompts.push_back(ReadPrompt(map, errors));
  } else if (kind == "dataset") {
    resources.datasets.push_back(ReadDataset(map));
  } else if (kind == "alias") {
    resources.aliases.push_back(ReadAlias(map));
  } else {
    return map.Fail("kind", StrCat("'", kind, "' is none of: prompt, dataset, alias"));
  }
  map.Finish();
}

}  // namespace

absl::Status ParseResources(std::string_view file, const std::string& text, Resources& resources) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<YAML::Node> documents, LoadYaml(file, text));
  YamlErrors errors(file);
  for (const YAML::Node& document : documents) ReadDocument(document, errors, resources);
  return errors.ToStatus();
}

}  // namespace attune
