#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "client/choice_yaml.h"
#include "client/enum_words.h"
#include "client/prompt_file.h"

namespace attune {
namespace {

// The block form reads best, but YAML's ends with one newline and cannot hold every character.
bool FitsBlock(const std::string& text) {
  if (!text.ends_with('\n') || text.ends_with("\n\n") || text.front() == ' ' || text.front() == '\n') return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\n'; });
}

void EmitText(YAML::Emitter& yaml, const std::string& text) {
  if (FitsBlock(text)) {
    yaml << YAML::Literal << text.substr(0, text.size() - 1);
  } else {
    yaml << YAML::DoubleQuoted << text;
  }
}

void WriteText(YAML::Emitter& yaml, const char* key, const std::string& text) {
  if (text.empty()) return;
  yaml << YAML::Key << key << YAML::Value;
  EmitText(yaml, text);
}

template <typename T>
void WriteValue(YAML::Emitter& yaml, const char* key, const T& value) {
  yaml << YAML::Key << key << YAML::Value << value;
}

template <typename Texts>
void WriteTexts(YAML::Emitter& yaml, const char* key, const Texts& texts) {
  if (texts.empty()) return;
  yaml << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const std::string& text : texts) yaml << YAML::DoubleQuoted << text;
  yaml << YAML::EndSeq;
}

void WriteParameters(YAML::Emitter& yaml, const v1::Parameters& parameters) {
  if (parameters.ByteSizeLong() == 0) return;
  yaml << YAML::Key << "parameters" << YAML::Value << YAML::BeginMap;
  if (parameters.has_model()) WriteValue(yaml, "model", parameters.model());
  if (parameters.has_temperature()) WriteValue(yaml, "temperature", parameters.temperature());
  if (parameters.has_top_p()) WriteValue(yaml, "top_p", parameters.top_p());
  if (parameters.has_max_tokens()) WriteValue(yaml, "max_tokens", parameters.max_tokens());
  WriteTexts(yaml, "stop", parameters.stop());
  if (parameters.has_seed()) WriteValue(yaml, "seed", parameters.seed());
  if (parameters.has_max_examples()) WriteValue(yaml, "max_examples", parameters.max_examples());
  if (parameters.has_cache()) WriteValue(yaml, "cache", parameters.cache());
  if (parameters.has_top_logprobs()) WriteValue(yaml, "top_logprobs", parameters.top_logprobs());
  yaml << YAML::EndMap;
}

void WriteFewShot(YAML::Emitter& yaml, const v1::FewShot& few_shot) {
  if (few_shot.dataset().empty()) return;
  yaml << YAML::Key << "few_shot" << YAML::Value << YAML::BeginMap;
  WriteValue(yaml, "dataset", few_shot.dataset());
  if (few_shot.strategy() != 0) WriteValue(yaml, "strategy", WordOf(few_shot.strategy()));
  if (few_shot.has_k()) WriteValue(yaml, "k", few_shot.k());
  if (few_shot.has_diversity()) WriteValue(yaml, "diversity", few_shot.diversity());
  if (few_shot.max_per_label() != 0) WriteValue(yaml, "max_per_label", few_shot.max_per_label());
  if (few_shot.order() != 0) WriteValue(yaml, "order", WordOf(few_shot.order()));
  if (few_shot.placement() != 0) WriteValue(yaml, "placement", WordOf(few_shot.placement()));
  WriteTexts(yaml, "example_ids", few_shot.example_ids());
  if (few_shot.seed() != 0) WriteValue(yaml, "seed", few_shot.seed());
  if (few_shot.min_coverage() != 0) WriteValue(yaml, "min_coverage", few_shot.min_coverage());
  if (few_shot.fallback_to_lexical()) WriteValue(yaml, "fallback_to_lexical", true);
  WriteChoice(yaml, few_shot);
  yaml << YAML::EndMap;
}

void WriteVariables(YAML::Emitter& yaml, const v1::Prompt& prompt) {
  if (prompt.variables().empty()) return;
  yaml << YAML::Key << "variables" << YAML::Value << YAML::BeginSeq;
  for (const v1::Variable& variable : prompt.variables()) {
    yaml << YAML::BeginMap;
    WriteValue(yaml, "name", variable.name());
    if (variable.has_default_value()) {
      yaml << YAML::Key << "default" << YAML::Value << YAML::DoubleQuoted << variable.default_value();
    }
    WriteText(yaml, "description", variable.description());
    yaml << YAML::EndMap;
  }
  yaml << YAML::EndSeq;
}

}  // namespace

std::string PromptToYaml(const v1::Prompt& prompt) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap;
  WriteValue(yaml, "name", prompt.name());
  WriteText(yaml, "description", prompt.description());
  yaml << YAML::Key << "messages" << YAML::Value << YAML::BeginSeq;
  for (const v1::Message& message : prompt.messages()) {
    yaml << YAML::BeginMap;
    WriteValue(yaml, "role", message.role());
    yaml << YAML::Key << "content" << YAML::Value;
    EmitText(yaml, message.content());
    yaml << YAML::EndMap;
  }
  yaml << YAML::EndSeq;
  WriteParameters(yaml, prompt.parameters());
  WriteFewShot(yaml, prompt.few_shot());
  WriteVariables(yaml, prompt);
  WriteText(yaml, "response_schema", prompt.response_schema());
  if (prompt.max_input_tokens() != 0) WriteValue(yaml, "max_input_tokens", prompt.max_input_tokens());
  yaml << YAML::EndMap;
  return std::string(yaml.c_str()) + "\n";
}

}  // namespace attune
