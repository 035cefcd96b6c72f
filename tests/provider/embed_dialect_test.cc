// What each vendor is asked for embeddings, and what its answers mean.
#include "provider/embed_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "provider/gemini_embeddings.h"
#include "provider/openai_embeddings.h"
#include "tests/provider/embed_wire.h"

namespace attune {
namespace {

TEST(EmbedDialectTest, EveryVendorSendsOnlyWhatWasSet) {
  for (const EmbedWire& wire : AllEmbedWires()) {
    EXPECT_EQ(wire.dialect()->Body(EmbedTexts({"one", "two"})), wire.body) << wire;
    EXPECT_THAT(wire.dialect()->Headers(""), testing::IsEmpty()) << wire;
  }
}

TEST(EmbedDialectTest, DimensionsAndWhatServersDifferIn) {
  EmbedRequest request = EmbedTexts({"a \"b\"\n"});
  request.dimensions = 256;
  EXPECT_EQ(OpenAiEmbeddings().Body(request),
            R"({"model":"m","input":["a \"b\"\n"],"encoding_format":"base64","dimensions":256})");
  EXPECT_EQ(OpenAiEmbeddings({.dimensions = "output_dimension", .base64 = false}).Body(request),
            R"({"model":"m","input":["a \"b\"\n"],"output_dimension":256})");
  EXPECT_EQ(GeminiEmbeddings({.task_type = "SEMANTIC_SIMILARITY"}).Body(request),
            R"({"requests":[{"model":"models/m","content":{"parts":[{"text":"a \"b\"\n"}]},)"
            R"("taskType":"SEMANTIC_SIMILARITY","outputDimensionality":256}]})");
}

TEST(EmbedDialectTest, TheModelIsPartOfGeminisAddressAndLeadsNowhereElse) {
  const GeminiEmbeddings gemini;
  EXPECT_EQ(gemini.Path(EmbedTexts({}, "gemini-embedding-001")), "/models/gemini-embedding-001:batchEmbedContents");
  EXPECT_EQ(gemini.Path(EmbedTexts({}, "tunedModels/mine")), "/tunedModels/mine:batchEmbedContents");
  EXPECT_TRUE(gemini.Check(EmbedTexts({}, "gemini-embedding-001")).ok());
  for (const char* bad : {"a?b", "../x", "a#b", "a:b", "a\nb"}) {
    EXPECT_EQ(ErrorReason(gemini.Check(EmbedTexts({}, bad))), "BAD_MODEL") << bad;
  }
}

TEST(EmbedDialectTest, TheLimitsAreTheVendorsOwn) {
  EXPECT_EQ(OpenAiEmbeddings().Limits().texts, 2'048u);
  EXPECT_EQ(OpenAiEmbeddings().Limits().bytes, 300'000u) << "no more tokens than bytes";
  EXPECT_EQ(GeminiEmbeddings().Limits().texts, 100u);
  EXPECT_EQ(OpenAiEmbeddings({.limits = {.texts = 32}}).Limits().texts, 32u);
}

// What an answer brings, as one line: "index:numbers index:numbers; model; tokens".
std::string Read(const EmbedDialect& dialect, const std::string& body) {
  simdjson::dom::parser parser;
  JsonObject root;
  EXPECT_TRUE(ParseObject(parser, body, root)) << body;
  EmbedPart part;
  dialect.Read(root, part);
  std::string line;
  for (const FoundVector& found : part.vectors) {
    line += found.index ? std::to_string(*found.index) : "?";
    for (const float number : found.numbers) line += ":" + std::to_string(static_cast<int>(number));
    line += " ";
  }
  return line + ";" + std::string(part.model) + ";" + (part.usage.input ? std::to_string(*part.usage.input) : "?");
}

struct Case {
  std::string body;
  std::string read;
};

TEST(EmbedDialectTest, ReadsOpenAi) {
  const std::vector<Case> cases = {
      {R"({"data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":"AACAPwAAAMA="}],"model":"x",)"
       R"("usage":{"prompt_tokens":5,"total_tokens":5}})",
       "1:1:2 0:1:-2 ;x;5"},
      {R"({"data":[{"embedding":[1]},{"index":"0","embedding":[1]},{"index":-3,"embedding":[1]}],"usage":null})",
       "?:1 ?:1 -3:1 ;;?"},
      {R"({"data":[{"index":0},{"index":1,"embedding":null},{"index":2,"embedding":[1,null]}]})", "0 1 2 ;;?"},
      {R"({"data":[7,null,[1]],"model":7})", ";;?"},
      {R"({"data":{"index":0,"embedding":[1]}})", ";;?"},
      {"{}", ";;?"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(OpenAiEmbeddings(), c.body), c.read) << c.body;
}

TEST(EmbedDialectTest, ReadsGemini) {
  const std::vector<Case> cases = {
      {R"({"embeddings":[{"values":[1,2]},{"values":[3,4]}]})", "0:1:2 1:3:4 ;;?"},
      {R"({"embeddings":[{"values":[1]},{}],"usageMetadata":{"promptTokenCount":5}})", "0:1 1 ;;5"},
      {R"({"embeddings":[null,{"values":[1]}]})", "0:1 ;;?"},
      {R"({"embedding":{"values":[1]}})", ";;?"},
      {"{}", ";;?"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(GeminiEmbeddings(), c.body), c.read) << c.body;
}

}  // namespace
}  // namespace attune
