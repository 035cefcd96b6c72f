// A prompt as YAML, so that teams keep prompts in git:
//
//   name: support
//   description: Answers of the shop's support
//   model: openai/gpt-4o-mini         # or parameters.model
//   system: |                         # or messages: [{role: system, content: ...}, ...]
//     You answer for {{shop}}.
//   user: "{{input}}"
//   parameters: {temperature: 0.2, top_p: 1, max_tokens: 300, stop: ["\n\n"], seed: 7, max_examples: 4,
//                cache: true, top_logprobs: 0}
//   few_shot: {dataset: faq@production, strategy: lexical, k: 4, diversity: 0.3, max_per_label: 2, order: best_last,
//              placement: turns, min_coverage: 0.1, fallback_to_lexical: true, seed: 1, example_ids: [a, b],
//              choice: mmr, min_score: 0,
//              include: {labels: [billing], metadata: {lang: en, source: [faq, chat]}}, exclude: {labels: [draft]},
//              low_coverage: {below: 0.2, then: fixed_text, text: "Please call us."}}  # no_examples, refuse
//   variables: {shop: Fjord & Field}  # name: default; without a default it is required; or {default: , description: }
//   response_schema: {type: object}   # YAML, or a text that is JSON
//   max_input_tokens: 3000
//   aliases: [staging]                # names to move to the version that this file makes
//
// The server checks the content (templates, ranges, names); here stands what a YAML file can get wrong. Pure.
#ifndef ATTUNE_CLIENT_PROMPT_FILE_H_
#define ATTUNE_CLIENT_PROMPT_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/types.pb.h"
#include "base/yaml_map.h"

namespace attune {

struct PromptFile {
  v1::Prompt prompt;
  std::vector<std::string> aliases;
};

// One YAML document. INVALID_ARGUMENT (BAD_FILE), each error with "file:line:column".
absl::StatusOr<PromptFile> ParsePromptFile(std::string_view file, const std::string& text);

// The same from a node that is parsed already; `map` is not yet finished, so that a caller may have keys of its own.
PromptFile ReadPrompt(YamlMap& map, YamlErrors& errors);

// The document that ParsePromptFile reads back as the same content.
std::string PromptToYaml(const v1::Prompt& prompt);

}  // namespace attune

#endif  // ATTUNE_CLIENT_PROMPT_FILE_H_
