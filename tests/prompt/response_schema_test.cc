#include "prompt/response_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "prompt/compiled_prompt.h"

namespace attune {
namespace {

std::shared_ptr<const ResponseSchema> CompileGood(std::string_view text) {
  auto schema = ResponseSchema::Compile(text);
  EXPECT_TRUE(schema.ok()) << text << "\n" << schema.status();
  return schema.ok() ? *schema : *ResponseSchema::Compile("{}");
}

std::string Repeat(std::string_view part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string Nested(std::string_view open, std::string_view middle, std::string_view close, size_t times) {
  return StrCat(Repeat(open, times), middle, Repeat(close, times));
}

struct KeywordCase {
  std::string schema;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const std::vector<KeywordCase>& KeywordCases() {
  static const auto* const cases = new std::vector<KeywordCase>{
      {R"({})", {"1", "null", R"("x")", "[]", " {} \n"}, {"", "x", "{", "1 2", "```json\n1\n```"}},
      {R"({"type":"object"})", {"{}"}, {"[]", "null"}},
      {R"({"type":["string","null"]})", {R"("a")", "null"}, {"1", "{}"}},
      {R"({"type":"integer"})", {"1", "-7"}, {"1.5", R"("1")", "true"}},
      {R"({"type":"number"})", {"1", "1.5"}, {R"("1")"}},
      {R"({"enum":["a",2,null,[1]]})", {R"("a")", "2", "null", "[1]"}, {R"("b")", "[2]", "false"}},
      {R"({"const":{"a":[1,2]}})", {R"({"a":[1,2]})"}, {R"({"a":[2,1]})"}},
      {R"({"required":["a","b"]})", {R"({"a":1,"b":2})", "1"}, {R"({"a":1})"}},
      {R"({"minProperties":1,"maxProperties":2})", {R"({"a":1})"}, {"{}", R"({"a":1,"b":2,"c":3})"}},
      {R"({"minItems":1,"maxItems":2})", {"[1]", "[1,2]", "{}"}, {"[]", "[1,2,3]"}},
      {R"({"minLength":2,"maxLength":3})", {R"("ab")", R"("äöü")", "7"}, {R"("a")", R"("abcd")"}},
      {R"({"minimum":1,"maximum":2})", {"1", "2", "1.5", R"("9")"}, {"0.9", "3"}},
      {R"({"exclusiveMinimum":1,"exclusiveMaximum":2})", {"1.5"}, {"1", "2"}},
      {R"({"multipleOf":5})", {"0", "10", "-5", R"("3")"}, {"7", "5.5"}},
      {R"({"multipleOf":0.01})", {"19.99", "0.07", "1234567.89"}, {"19.995"}},
      {R"({"multipleOf":9223372036854775807})", {"0"}, {"-1"}},
      {R"({"pattern":"^[a-z]+$"})", {R"("abc")", "1"}, {R"("Abc")"}},
      {R"({"pattern":"b"})", {R"("abc")"}, {R"("ac")"}},
      {R"({"uniqueItems":true})", {"[]", "[1,2]", R"([[1],[2]])"}, {"[1,1]", R"([{"a":1},{"a":1}])"}},
      {R"({"properties":{"a":{"type":"string"}}})", {"{}", R"({"a":"x","b":1})"}, {R"({"a":1})"}},
      {R"({"properties":{"a":true},"additionalProperties":false})", {R"({"a":1})"}, {R"({"b":1})"}},
      {R"({"additionalProperties":{"type":"integer"}})", {R"({"a":1})"}, {R"({"a":"x"})"}},
      {R"({"propertyNames":{"pattern":"^x"}})", {R"({"xa":1})"}, {R"({"a":1})"}},
      {R"({"items":{"type":"integer"}})", {"[]", "[1,2]"}, {R"([1,"x"])"}},
      {R"({"items":[{"type":"integer"}],"additionalItems":false})", {"[1]", "[]"}, {R"(["x"])", "[1,2]"}},
      {R"({"prefixItems":[{"type":"integer"}],"items":{"type":"string"}})", {R"([1,"x"])"}, {"[1,2]", R"(["x"])"}},
      {R"({"contains":{"type":"integer"}})", {R"(["x",1])"}, {"[]", R"(["x"])"}},
      {R"({"allOf":[{"type":"integer"},{"minimum":3}]})", {"3"}, {"2", R"("x")"}},
      {R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", {"3", "null"}, {R"("x")"}},
      {R"({"oneOf":[{"multipleOf":2},{"multipleOf":3}]})", {"2", "3"}, {"6", "7"}},
      {R"({"not":{"type":"string"}})", {"3"}, {R"("x")"}},
      {R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"type":"null"}})",
       {R"("ab")", "null"},
       {R"("a")", "1"}},
      {R"({"dependencies":{"a":["b"],"c":{"required":["d"]},"e":{"required":["f"]}}})",
       {"{}", R"({"a":1,"b":1})", R"({"c":1,"d":1})", R"({"e":1,"f":1})"},
       {R"({"a":1})", R"({"c":1,"f":1})", R"({"e":1,"d":1})"}},
      {R"({"dependentRequired":{"a":["b"]}})", {R"({"b":1})"}, {R"({"a":1})"}},
      {R"({"dependentSchemas":{"a":{"required":["b"]}}})", {R"({"a":1,"b":1})"}, {R"({"a":1})"}},
      {R"({"format":"date","title":"t","description":"d","default":1,"x-own":[1]})", {R"("no date")"}, {}},
      {R"({"properties":{"a":false}})", {"{}"}, {R"({"a":1})"}},
  };
  return *cases;
}

TEST(ResponseSchema, KeywordsJudge) {
  for (const KeywordCase& test : KeywordCases()) {
    const auto schema = CompileGood(test.schema);
    for (const std::string& answer : test.good) {
      EXPECT_TRUE(schema->Check(answer).ok()) << test.schema << " " << schema->Check(answer);
    }
    for (const std::string& answer : test.bad) {
      const absl::Status status = schema->Check(answer);
      EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << test.schema << " " << answer;
      EXPECT_EQ(ErrorReason(status), "ANSWER_NOT_VALID") << test.schema << " " << answer;
    }
  }
}

// As pydantic and zod write them.
TEST(ResponseSchema, ReferencesWithinTheDocument) {
  const std::vector<KeywordCase> cases = {
      {R"({"$defs":{"Pet":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/Pet","description":"d"}}})",
       {R"({"a":"x"})"},
       {R"({"a":1})"}},
      {R"({"definitions":{"Pet":{"type":"string"}},"items":{"$ref":"#/definitions/Pet"}})", {R"(["x"])"}, {"[1]"}},
      {R"({"$defs":{"A":{"$ref":"#/$defs/B"},"B":{"type":"null"}},"$ref":"#/$defs/A"})", {"null"}, {"1"}},
      {R"({"properties":{"a/b ~":{"type":"null"},"c":{"$ref":"#/properties/a~1b%20~0"}}})",
       {R"({"c":null})"},
       {R"({"c":1})"}},
      {R"({"allOf":[{"type":"integer"}],"items":{"$ref":"#/allOf/0/not"}})", {}, {}},
      {R"({"$ref":"#/$defs/A","minimum":3,"$defs":{"A":{"type":"integer"}}})", {"3"}, {"2", R"("x")"}},
      {R"({"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false})",
       {R"({"next":{"next":{}}})"},
       {R"({"next":{"next":{"x":1}}})", R"({"next":1})"}},
      {R"({"$defs":{"T":{"anyOf":[{"type":"integer"},{"type":"array","items":{"$ref":"#/$defs/T"}}]}},"$ref":"#/$defs/T"})",
       {"1", "[1,[2,[]]]"},
       {R"([1,["x"]])"}},
  };
  for (const KeywordCase& test : cases) {
    if (test.good.empty()) {
      EXPECT_EQ(ErrorReason(ResponseSchema::Compile(test.schema).status()), "BAD_SCHEMA");
      continue;
    }
    const auto schema = CompileGood(test.schema);
    for (const std::string& answer : test.good) EXPECT_TRUE(schema->Check(answer).ok()) << test.schema << " " << answer;
    for (const std::string& answer : test.bad) EXPECT_FALSE(schema->Check(answer).ok()) << test.schema << " " << answer;
  }
}

TEST(ResponseSchema, AnErrorNamesThePlaceAndTheCause) {
  const auto schema = CompileGood(R"({"type":"object","required":["items"],"additionalProperties":false,"properties":{
      "items":{"type":"array","items":{"properties":{"price":{"type":["number","null"]}}}},
      "next":{"anyOf":[{"type":"null"},{"$ref":"#"}]}}})");
  struct Case {
    std::string answer, path, cause;
  };
  const std::vector<Case> cases = {
      {R"({"items":[{"price":1},{"price":"2"}]})", "$.items[1].price", "type"},
      {R"({"items":[],"next":{"items":[{"price":"2"}]}})", "$.next.items[0].price", "type"},
      {R"({})", "$", "'items'"},
      {R"({"items":[],"extra":1})", "$.extra", ""},
      {"[]", "$", "type"},
      {"", "$", "is not JSON: wrong at byte 1"},
      {R"({"items":[],})", "$", "is not JSON: wrong at byte 13"},
      {"1e999", "$", "out of range"},
  };
  for (const Case& test : cases) {
    const absl::Status status = schema->Check(test.answer);
    EXPECT_EQ(ErrorMetadata(status, "path"), test.path) << test.answer << " " << status;
    EXPECT_THAT(ErrorMetadata(status, "cause"), testing::HasSubstr(test.cause)) << test.answer;
    EXPECT_THAT(std::string(StdView(status.message())), testing::HasSubstr(StrCat("at ", test.path, ": ")));
  }
}

TEST(ResponseSchema, RefusesWhatItCannotCheck) {
  struct Case {
    std::string schema, path, cause;
  };
  const std::vector<Case> cases = {
      {"", "", "is not JSON"},
      {"{", "", "wrong at byte"},
      {"[]", "", "a JSON object"},
      {"true", "", "a JSON object"},
      {"{} {}", "", "wrong at byte"},
      {"{\"a\":\"\xff\"}", "", "wrong at byte"},
      {R"({"minimum":1e999})", "", "out of range"},
      {R"({"type":"text"})", "/type", "must be array"},
      {R"({"type":[1]})", "/type", "must be array"},
      {R"({"properties":{"a/b":{"items":{"minLength":-1}}}})", "/properties/a~1b/items/minLength", "not negative"},
      {R"({"properties":[]})", "/properties", "a schema for each property"},
      {R"({"properties":{"a":1}})", "/properties/a", "true or false"},
      {R"({"required":"a"})", "/required", "names"},
      {R"({"required":[1]})", "/required", "names"},
      {R"({"enum":1})", "/enum", "list"},
      {R"({"anyOf":[]})", "/anyOf", "empty"},
      {R"({"allOf":{}})", "/allOf", "list"},
      {R"({"not":1})", "/not", "true or false"},
      {R"({"if":{},"then":1})", "/then", "true or false"},
      {R"({"exclusiveMinimum":true})", "/exclusiveMinimum", "number"},
      {R"({"multipleOf":0})", "/multipleOf", "above 0"},
      {R"({"multipleOf":-1})", "/multipleOf", "above 0"},
      {R"({"uniqueItems":1})", "/uniqueItems", "true or false"},
      {R"({"dependencies":{"a":[1]}})", "/dependencies", "names"},
      {R"x({"pattern":"(?=a)"})x", "/pattern", "RE2"},
      {R"x({"pattern":"("})x", "/pattern", "RE2"},
      {R"({"patternProperties":{"^a":{}}})", "/patternProperties", "not supported"},
      {R"({"items":{"unevaluatedProperties":false}})", "/items/unevaluatedProperties", "not supported"},
      {R"({"$ref":"https://example.com/schema.json"})", "/$ref", "never fetched"},
      {R"({"$ref":"other.json#/a"})", "/$ref", "never fetched"},
      {R"({"$ref":"file:///etc/passwd"})", "/$ref", "never fetched"},
      {R"({"$ref":""})", "/$ref", "never fetched"},
      {R"({"$ref":1})", "/$ref", "string"},
      {R"({"$ref":"#/$defs/none"})", "/$ref", "not there"},
      {R"({"$ref":"#anchor"})", "/$ref", "not there"},
      {R"({"$ref":"#/%zz"})", "/$ref", "not there"},
      {R"({"$ref":"#"})", "", "circle"},
      {R"({"allOf":[{"$ref":"#"}]})", "", "circle"},
      {R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"anyOf":[true,{"not":{"$ref":"#/$defs/a"}}]}},"items":{"$ref":"#/$defs/a"}})",
       "/items", "circle"},
      {R"({"if":{"$ref":"#"}})", "", "circle"},
      {R"({"dependentSchemas":{"a":{"$ref":"#"}}})", "", "circle"},
      {Nested(R"({"items":)", "{}", "}", kMaxSchemaDepth), "", "nested deeper"},
      {Nested(R"({"not":)", "{}", "}", kMaxSchemaChain), "", "each within the one before"},
      {Repeat("[", kMaxSchemaBytes), "", "nested deeper"},
  };
  for (const Case& test : cases) {
    const absl::Status status = ResponseSchema::Compile(test.schema).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << test.schema;
    EXPECT_EQ(ErrorReason(status), "BAD_SCHEMA") << test.schema;
    EXPECT_EQ(ErrorMetadata(status, "schema_path"), test.path) << test.schema << " " << status;
    EXPECT_THAT(std::string(StdView(status.message())), testing::HasSubstr(test.cause)) << test.schema;
  }
  EXPECT_TRUE(ResponseSchema::Compile(StrCat("{}", std::string(kMaxSchemaBytes - 2, ' '))).ok());
  EXPECT_EQ(ErrorReason(ResponseSchema::Compile(std::string(kMaxSchemaBytes + 1, ' ')).status()), "TOO_LARGE");
}

TEST(ResponseSchema, ALongChainOfReferencesIsRefusedAndNotFollowedByRecursion) {
  std::string definitions;
  for (int i = 0; i < 6000; ++i) StrAppend(&definitions, "\"", i, "\":{\"$ref\":\"#/$defs/", i + 1, "\"},");
  const std::string text = StrCat(R"({"$ref":"#/$defs/0","$defs":{)", definitions, R"("6000":{}}})");
  ASSERT_LE(text.size(), kMaxSchemaBytes);
  EXPECT_EQ(ErrorReason(ResponseSchema::Compile(text).status()), "BAD_SCHEMA");
}

// A schema of many links, each of which goes into the value, is fine.
TEST(ResponseSchema, ALongChainThroughPropertiesIsRead) {
  std::string definitions;
  for (int i = 0; i < 3000; ++i) {
    StrAppend(&definitions, "\"", i, "\":{\"properties\":{\"n\":{\"$ref\":\"#/$defs/", i + 1, "\"}}},");
  }
  const auto schema = CompileGood(StrCat(R"({"$ref":"#/$defs/0","$defs":{)", definitions, R"("3000":{}}})"));
  EXPECT_TRUE(schema->Check(R"({"n":{"n":{"n":1}}})").ok());
}

TEST(ResponseSchema, HostileAnswersEndQuicklyAndWell) {
  // Each level is looked at by both branches, which both fail at the bottom: 2 to the power of the depth.
  const std::string branch = R"({"properties":{"a":{"$ref":"#"}},"required":["a"],"not":{"required":["b"]}})";
  const std::string doubling = StrCat(R"({"anyOf":[)", branch, ",", branch, "]}");
  const std::string key(500'000, 'k');
  struct Case {
    std::string schema, answer, cause;
  };
  const std::vector<Case> cases = {
      {"{}", Repeat("[", 200'000), "nested deeper"},
      {"{}", Nested("[", "", "]", kMaxSchemaDepth + 1), "nested deeper"},
      {doubling, Nested(R"({"a":)", "{}", "}", 100), "more steps"},
      {R"({"uniqueItems":true})", StrCat("[0", Repeat(",0.5", 100'000), "]"), "more steps"},
      {R"({"items":{"type":"integer"}})", StrCat("[0", Repeat(",0", 300'000), "]"), "more steps"},
      {R"({"items":{"type":"integer"}})", StrCat("[\"x\"", Repeat(",\"x\"", 100'000), "]"), "type"},
      {R"({"additionalProperties":{"items":{}}})", StrCat("{\"", key, "\":[0", Repeat(",0", 100'000), "]}"),
       "more steps"},
      {R"x({"pattern":"^(a|aa)+$"})x", StrCat("\"", std::string(400'000, 'a'), "b\""), "pattern"},
      {R"({"maxLength":1})", StrCat("\"", std::string(400'000, 'a'), "\""), "no more than 1"},
      {R"({"additionalProperties":false})", StrCat("{\"", key, "\":1}"), ""},
      {"{}", std::string(kMaxCheckedAnswerBytes + 1, ' '), "more than"},
      {"{}", std::string("\"\0\"", 3), "not JSON"},
      {"{}", "\"\xff\"", "not JSON"},
  };
  for (const Case& test : cases) {
    const absl::Status status = CompileGood(test.schema)->Check(test.answer);
    EXPECT_EQ(ErrorReason(status), "ANSWER_NOT_VALID") << test.schema;
    EXPECT_THAT(ErrorMetadata(status, "cause"), testing::HasSubstr(test.cause)) << test.schema;
    EXPECT_LE(ErrorMetadata(status, "path").size() + ErrorMetadata(status, "cause").size(), 1100u);
  }
}

TEST(ResponseSchema, TheDeepestAllowedFitsTheStackOfAThread) {
  const auto recursive = CompileGood(R"({"items":{"$ref":"#"},"type":"array"})");
  EXPECT_TRUE(recursive->Check(Nested("[", "", "]", kMaxSchemaDepth)).ok());
  const std::string chain = Nested(R"({"anyOf":[)", R"({"items":{"$ref":"#"}})", "]}", kMaxSchemaChain - 2);
  const auto chained = CompileGood(chain);
  EXPECT_TRUE(chained->Check(Nested("[", "", "]", 8)).ok());
  EXPECT_FALSE(chained->Check(Nested("[", "", "]", 9)).ok());
}

TEST(ResponseSchema, ManyThreadsShareOne) {
  const auto schema = CompileGood(R"({"properties":{"a":{"pattern":"^x+$"}},"required":["a"]})");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        EXPECT_TRUE(schema->Check(R"({"a":"xx"})").ok());
        EXPECT_FALSE(schema->Check(R"({"a":"y"})").ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ResponseSchema, IsCompiledWithThePrompt) {
  PromptContent content;
  content.messages = {{Role::kUser, "{{input}}"}};
  EXPECT_EQ((*CompiledPrompt::Compile(content))->response_schema(), nullptr);
  content.response_schema = R"({"type":"object"})";
  EXPECT_TRUE((*CompiledPrompt::Compile(content))->response_schema()->Check("{}").ok());
  content.response_schema = R"({"type":"thing"})";
  EXPECT_EQ(ErrorReason(CompiledPrompt::Compile(content).status()), "BAD_SCHEMA");
}

}  // namespace
}  // namespace attune
