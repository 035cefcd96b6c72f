// Short ways to write prompts and examples, and to read messages.
#ifndef ATTUNE_TESTS_PROMPT_PROMPT_PARTS_H_
#define ATTUNE_TESTS_PROMPT_PROMPT_PARTS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dataset/packed_examples.h"
#include "prompt/compiled_prompt.h"

namespace attune {

inline PromptContent ContentOf(std::vector<Message> messages) {
  PromptContent content;
  content.messages = std::move(messages);
  return content;
}

// A question to the examples of "faq".
inline PromptContent FewShotContent(std::vector<Message> messages, Placement placement = Placement::kTurns) {
  PromptContent content = ContentOf(std::move(messages));
  content.few_shot.dataset = "faq";
  content.few_shot.placement = placement;
  return content;
}

inline std::shared_ptr<const CompiledPrompt> CompileGood(PromptContent content) {
  auto prompt = CompiledPrompt::Compile(std::move(content));
  EXPECT_TRUE(prompt.ok()) << prompt.status();
  return prompt.ok() ? *prompt : CompileGood(ContentOf({{Role::kUser, "unusable"}}));
}

// Views of what is kept to the end of the program.
inline ScoredExample Shown(std::string id, int32_t rank, std::string input, std::string output,
                           StringMap variables = {}) {
  Example example;
  example.id = std::move(id);
  example.input = std::move(input);
  example.output = std::move(output);
  example.variables = std::move(variables);
  static PackedExamples examples;
  return {.example = examples.Add(example), .rank = rank};
}

// "system: be kind | user: hello".
inline std::string Script(const std::vector<Message>& messages) {
  std::string script;
  for (const Message& message : messages) {
    StrAppend(&script, script.empty() ? "" : " | ", RoleName(message.role), ": ", message.content);
  }
  return script;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_PROMPT_PROMPT_PARTS_H_
