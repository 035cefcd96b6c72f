#include "client/prompt_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "client/attune_client.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::Prompt FromText(const char* text) {
  v1::Prompt prompt;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &prompt)) << text;
  return prompt;
}

bool Equal(const v1::Prompt& a, const v1::Prompt& b) {
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

constexpr char kWhole[] = R"(
name: support
description: For the shop
model: openai/gpt-4o-mini
messages:
  - {role: system, content: "For {{shop}}.\nBe kind."}
  - user: |
      {{input}}
parameters: {temperature: 0.2, top_p: 1, max_tokens: 300, stop: [a, b], seed: 7, max_examples: 0}
few_shot:
  {dataset: faq@production, strategy: random, k: 0, diversity: 0, max_per_label: 2, order: best-first,
   placement: section, min_coverage: 0.1, seed: 3, example_ids: [x], fallback_to_lexical: true, choice: term-cover,
   min_score: 2.5,
   include: {labels: [a, b], metadata: {lang: en, source: [chat, "faq: 1"]}}, exclude: {labels: draft},
   low_coverage: {below: 0.25, then: fixed_text, text: "Call us.\n"}}
variables: {shop: Fjord, tone:, size: {default: "", description: How long}}
response_schema: {type: object, required: [answer], properties: {n: {minimum: 1.5}, s: {const: "1"}}, x: true, y: null}
max_input_tokens: 3000
aliases: [staging]
)";

constexpr char kWholeMessage[] = R"(
name: "support" description: "For the shop"
messages { role: "system" content: "For {{shop}}.\nBe kind." }
messages { role: "user" content: "{{input}}\n" }
parameters { model: "openai/gpt-4o-mini" temperature: 0.2 top_p: 1 max_tokens: 300 stop: "a" stop: "b" seed: 7 max_examples: 0 }
few_shot { dataset: "faq@production" strategy: RANDOM k: 0 diversity: 0 max_per_label: 2 order: BEST_FIRST
           placement: SECTION min_coverage: 0.1 seed: 3 example_ids: "x" fallback_to_lexical: true choice: TERM_COVER
           min_score: 2.5
           include { labels: "a" labels: "b" metadata { key: "lang" value: "en" }
                     metadata { key: "source" value: "chat" } metadata { key: "source" value: "faq: 1" } }
           exclude { labels: "draft" }
           low_coverage { below: 0.25 then: FIXED_TEXT text: "Call us.\n" } }
variables { name: "shop" default_value: "Fjord" }
variables { name: "tone" }
variables { name: "size" default_value: "" description: "How long" }
response_schema: '{"type":"object","required":["answer"],"properties":{"n":{"minimum":1.5},"s":{"const":"1"}},"x":true,"y":null}'
max_input_tokens: 3000
)";

TEST(PromptFile, ReadsEveryField) {
  const absl::StatusOr<PromptFile> file = ParsePromptFile("p.yaml", kWhole);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(Equal(file->prompt, FromText(kWholeMessage))) << file->prompt.DebugString();
  EXPECT_THAT(file->aliases, ElementsAre("staging"));
}

TEST(PromptFile, WhatIsWrittenReadsBackAsTheSame) {
  for (const char* text : {kWholeMessage, "name: 'a' messages { role: 'user' content: '' }",
                           "name: 'b' messages { role: 'user' content: ' x\\ty\\n\\n\"#: {{input}}\\n' } "
                           "response_schema: '{\"a\": 1}' variables { name: 'v' description: 'yes' }"}) {
    const v1::Prompt prompt = FromText(text);
    const std::string yaml = PromptToYaml(prompt);
    const absl::StatusOr<PromptFile> again = ParsePromptFile("p.yaml", yaml);
    ASSERT_TRUE(again.ok()) << again.status() << "\n" << yaml;
    EXPECT_TRUE(Equal(again->prompt, prompt)) << yaml;
  }
}

TEST(PromptFile, ShortFormsAreUnderstood) {
  const auto file = ParsePromptFile("p.yaml", "name: a\nsystem: S\nuser: U\nvariables: [{name: v, default: 1}]\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(Equal(file->prompt, FromText("name: 'a' messages { role: 'system' content: 'S' } "
                                           "messages { role: 'user' content: 'U' } "
                                           "variables { name: 'v' default_value: '1' }")));
}

TEST(PromptFile, ErrorsNameLineColumnAndCause) {
  const struct {
    const char* yaml;
    const char* expected;
  } cases[] = {
      {"name: a\nuser: x\ntemprature: 1\n", "p.yaml:3:1: a prompt has no key 'temprature'"},
      {"name: a\nuser: x\nparameters: {temprature: 1}\n",
       "p.yaml:3:14: parameters has no key 'temprature'; did you mean 'temperature'?"},
      {"name: a\nuser: x\nparameters:\n  temperature: hot\n", "p.yaml:4:16: temperature must be a number"},
      {"name: a\nuser: x\nparameters: [1]\n", "p.yaml:3:13: parameters must be a map"},
      {"name: a\nuser: x\nparameters: {max_tokens: 99999999999}\n", "p.yaml:3:26: max_tokens must be a whole number"},
      {"name: a\nuser: x\nfew_shot: {strategy: lexical}\n", "p.yaml:3:11: few_shot needs the key 'dataset'"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, strategy: best}\n",
       "strategy: 'best' is none of: fixed, random, lexical, semantic, hybrid"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, include: {label: a}}\n",
       "p.yaml:3:34: include has no key 'label'; did you mean 'labels'?"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, exclude: {metadata: [a]}}\n", "metadata must be a map"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, exclude: {metadata: {a: {b: c}}}}\n",
       "a must be a value or a list of values"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, exclude: {metadata: {a: [[b]]}}}\n", "a must be a list of values"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, low_coverage: {below: 1}}\n", "low_coverage needs the key 'then'"},
      {"name: a\nuser: x\nfew_shot: {dataset: d, low_coverage: {below: 1, then: panic}}\n",
       "then: 'panic' is none of: no_examples, fixed_text, refuse"},
      {"name: a\n", "p.yaml:1:1: a prompt needs the key 'messages'"},
      {"name: a\nuser: x\nmessages: []\n", "p.yaml:2:7: user: stands beside 'messages'"},
      {"name: a\nmessages: hello\n", "p.yaml:2:11: messages must be a list"},
      {"name: a\nmessages:\n  - role: user\n", "p.yaml:3:5: a message needs the key 'content'"},
      {"name: a\nmessages:\n  - robot: hi\n", "p.yaml:3:5: a message has no key 'robot'"},
      {"name: a\nuser: x\nuser: y\n", "p.yaml:3:1: the key 'user' stands here twice"},
      {"name: a\nuser: x\nmodel: m/1\nparameters: {model: m/2}\n", "p.yaml:4:21: model: is given at the top as well"},
      {"name: a\nuser: [1]\n", "p.yaml:2:7: user must be a text"},
      {"name: a\nuser: x\nkind: dataset\n", "p.yaml:3:7: kind: is not 'prompt'"},
      {"name: a\nuser: [x\n", "p.yaml:3:1: is not YAML"},
      {"- a\n", "p.yaml:1:1: a prompt must be a map"},
      {"name: a\nuser: x\n---\nname: b\n", "holds 2 YAML documents"},
      {"", "holds 0 YAML documents"},
      {"name: a\nuser: x\nvariables: 7\n", "p.yaml:3:12: variables must be a list or a map"},
      {"name: a\nuser: x\nparameters: {stop: [[1]]}\n", "p.yaml:3:20: stop must be a list of texts"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<PromptFile> file = ParsePromptFile("p.yaml", c.yaml);
    ASSERT_FALSE(file.ok()) << c.yaml;
    EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(file.status().message()), HasSubstr(c.expected)) << c.yaml;
    EXPECT_EQ(DetailsOf(file.status()).reason, "BAD_FILE");
  }
}

TEST(PromptFile, AllErrorsAreReported) {
  const auto file = ParsePromptFile("p.yaml", "name: a\nuser: x\nfoo: 1\nbar: 2\nmax_input_tokens: many\n");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(DetailsOf(file.status()).fields.size(), 3u);
}

TEST(PromptFile, ReferencesCannotMakeMuchOfLittle) {
  std::string yaml = "name: a\nuser: x\nresponse_schema:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string to = "*a" + std::to_string(i - 1);
    yaml += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + to;
    for (int j = 0; j < 9; ++j) yaml += ", " + to;
    yaml += "]\n";
  }
  const auto file = ParsePromptFile("p.yaml", yaml);
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(std::string(file.status().message()), HasSubstr("larger than 1 MiB"));
}

TEST(PromptFile, TheSampleReads) {
  std::ifstream sample(ATTUNE_SOURCE_DIR "/examples/prompts/support.yaml");
  std::ostringstream text;
  text << sample.rdbuf();
  const auto file = ParsePromptFile("support.yaml", text.str());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->prompt.name(), "support");
}

}  // namespace
}  // namespace attune
