#include "client/prompt_file.h"

#include <utility>

#include "base/error.h"
#include "client/choice_yaml.h"
#include "client/yaml_json.h"
#include "client/yaml_words.h"

namespace attune {
namespace {

// {role: user, content: text}, or the short {user: text}.
void ReadMessage(const YAML::Node& node, YamlErrors& errors, v1::Message& message) {
  YamlMap map(node, "a message", errors);
  if (map.Has("role") || map.Has("content") || !node.IsMap()) {
    map.Require("role");
    map.Require("content");
    message.set_role(map.String("role").value_or(""));
    message.set_content(map.String("content").value_or(""));
  } else {
    for (const char* role : {"system", "developer", "user", "assistant"}) {
      const auto content = map.String(role);
      if (!content.has_value()) continue;
      if (!message.role().empty()) map.Fail(role, "one message has one role; begin the next with '-'");
      message.set_role(role);
      message.set_content(*content);
    }
  }
  map.Finish();
}

void ReadMessages(YamlMap& map, YamlErrors& errors, v1::Prompt& prompt) {
  const YAML::Node messages = map.Node("messages");
  if (messages.IsDefined() && !messages.IsSequence()) errors.Add(messages, "messages must be a list");
  if (messages.IsSequence()) {
    for (const YAML::Node& node : messages) ReadMessage(node, errors, *prompt.add_messages());
  }
  for (const char* role : {"system", "user"}) {
    const auto content = map.String(role);
    if (!content.has_value()) continue;
    if (messages.IsDefined()) map.Fail(role, "stands beside 'messages'; use one of the two");
    v1::Message& message = *prompt.add_messages();
    message.set_role(role);
    message.set_content(*content);
  }
  if (prompt.messages().empty() && !messages.IsDefined()) map.Require("messages");
}

void ReadParameters(YamlMap& map, YamlErrors& errors, v1::Parameters& parameters) {
  const auto model = map.String("model");
  if (model.has_value()) parameters.set_model(*model);
  if (!map.Has("parameters")) return;
  YamlMap values(map.Node("parameters"), "parameters", errors);
  if (const auto inner = values.String("model")) {
    if (model.has_value()) values.Fail("model", "is given at the top as well");
    parameters.set_model(*inner);
  }
  if (const auto value = values.Double("temperature")) parameters.set_temperature(*value);
  if (const auto value = values.Double("top_p")) parameters.set_top_p(*value);
  if (const auto value = values.SmallInteger("max_tokens")) parameters.set_max_tokens(*value);
  if (const auto value = values.Integer("seed")) parameters.set_seed(*value);
  if (const auto value = values.SmallInteger("max_examples")) parameters.set_max_examples(*value);
  if (const auto value = values.Bool("cache")) parameters.set_cache(*value);
  if (const auto value = values.SmallInteger("top_logprobs")) parameters.set_top_logprobs(*value);
  for (std::string& text : values.Strings("stop")) parameters.add_stop(std::move(text));
  values.Finish();
}

void ReadFewShot(YamlMap& map, YamlErrors& errors, v1::FewShot& few_shot) {
  map.Require("dataset");
  few_shot.set_dataset(map.String("dataset").value_or(""));
  if (const auto value = ReadWord<v1::Strategy>(map, "strategy")) few_shot.set_strategy(*value);
  if (const auto value = map.SmallInteger("k")) few_shot.set_k(*value);
  if (const auto value = map.Double("diversity")) few_shot.set_diversity(*value);
  if (const auto value = map.SmallInteger("max_per_label")) few_shot.set_max_per_label(*value);
  if (const auto value = ReadWord<v1::ExampleOrder>(map, "order")) few_shot.set_order(*value);
  if (const auto value = ReadWord<v1::Placement>(map, "placement")) few_shot.set_placement(*value);
  if (const auto value = map.Integer("seed")) few_shot.set_seed(*value);
  if (const auto value = map.Double("min_coverage")) few_shot.set_min_coverage(*value);
  if (const auto value = map.Bool("fallback_to_lexical")) few_shot.set_fallback_to_lexical(*value);
  for (std::string& id : map.Strings("example_ids")) few_shot.add_example_ids(std::move(id));
  ReadChoice(map, errors, few_shot);
  map.Finish();
}

void ReadVariableDetails(YamlMap& map, v1::Variable& variable) {
  if (const auto value = map.String("default")) variable.set_default_value(*value);
  if (const auto value = map.String("description")) variable.set_description(*value);
  map.Finish();
}

// A list of {name, default, description}, or a map: name to default, to nothing (required), or to {default,
// description}.
void ReadVariables(const YAML::Node& node, YamlErrors& errors, v1::Prompt& prompt) {
  if (node.IsSequence()) {
    for (const YAML::Node& item : node) {
      YamlMap map(item, "a variable", errors);
      v1::Variable& variable = *prompt.add_variables();
      map.Require("name");
      variable.set_name(map.String("name").value_or(""));
      ReadVariableDetails(map, variable);
    }
    return;
  }
  if (!node.IsMap()) return errors.Add(node, "variables must be a list or a map");
  for (const auto& entry : node) {
    v1::Variable& variable = *prompt.add_variables();
    variable.set_name(entry.first.IsScalar() ? entry.first.Scalar() : "");
    if (entry.second.IsScalar()) {
      variable.set_default_value(entry.second.Scalar());
    } else if (!entry.second.IsNull()) {
      YamlMap map(entry.second, variable.name(), errors);
      ReadVariableDetails(map, variable);
    }
  }
}

void ReadSchema(const YAML::Node& node, YamlErrors& errors, v1::Prompt& prompt) {
  if (node.IsScalar()) return prompt.set_response_schema(node.Scalar());
  const absl::StatusOr<std::string> json = YamlToJson(node);
  if (!json.ok()) return errors.Add(node, StrCat("response_schema: ", StdView(json.status().message())));
  prompt.set_response_schema(*json);
}

}  // namespace

PromptFile ReadPrompt(YamlMap& map, YamlErrors& errors) {
  PromptFile file;
  v1::Prompt& prompt = file.prompt;
  prompt.set_name(map.String("name").value_or(""));
  prompt.set_description(map.String("description").value_or(""));
  ReadMessages(map, errors, prompt);
  if (map.Has("model") || map.Has("parameters")) ReadParameters(map, errors, *prompt.mutable_parameters());
  if (map.Has("few_shot")) {
    YamlMap few_shot(map.Node("few_shot"), "few_shot", errors);
    ReadFewShot(few_shot, errors, *prompt.mutable_few_shot());
  }
  if (map.Has("variables")) ReadVariables(map.Node("variables"), errors, prompt);
  if (map.Has("response_schema")) ReadSchema(map.Node("response_schema"), errors, prompt);
  if (const auto value = map.SmallInteger("max_input_tokens")) prompt.set_max_input_tokens(*value);
  file.aliases = map.Strings("aliases");
  return file;
}

absl::StatusOr<PromptFile> ParsePromptFile(std::string_view file, const std::string& text) {
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<YAML::Node> documents, LoadYaml(file, text));
  YamlErrors errors(file);
  if (documents.size() != 1) {
    errors.Add(
        documents.empty() ? YAML::Mark() : documents[1].Mark(),
        StrCat("holds ", documents.size(), " YAML documents in place of one prompt; `attune apply -f` takes many"));
    return errors.ToStatus();
  }
  YamlMap map(documents.front(), "a prompt", errors);
  if (const auto kind = map.String("kind"); kind.has_value() && *kind != "prompt") {
    map.Fail("kind", "is not 'prompt'; `attune apply -f` takes all kinds");
  }
  PromptFile prompt = ReadPrompt(map, errors);
  map.Finish();
  ATTUNE_RETURN_IF_ERROR(errors.ToStatus());
  return prompt;
}

}  // namespace attune
