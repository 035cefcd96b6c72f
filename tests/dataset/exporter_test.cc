#include "dataset/exporter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/dataset/import_text.h"
#include "tests/dataset/packed_example.h"

namespace attune {
namespace {

constexpr FileFormat kLossless[] = {FileFormat::kJson, FileFormat::kJsonl, FileFormat::kCsv, FileFormat::kTsv};

std::string Export(FileFormat format, const std::vector<Example>& examples) {
  auto exporter = Exporter::Create(format);
  EXPECT_TRUE(exporter.ok()) << exporter.status();
  std::string text;
  exporter->Begin(text);
  for (const Example& example : examples) exporter->Add(PackedExample(example), text);
  exporter->End(text);
  return text;
}

Example Full() {
  Example example;
  example.id = "1";
  example.input = "say \"hi\"";
  example.output = "hi";
  example.labels = {"x"};
  example.split = Split::kTest;
  example.weight = 0.5;
  example.variables = {{"v", "w"}};
  example.metadata = {{"m", "n"}};
  return example;
}

Example Plain() {
  Example example;
  example.id = "2";
  example.input = "a";
  return example;
}

TEST(ExporterTest, WritesEachFormat) {
  const struct {
    FileFormat format;
    std::string text;
  } cases[] = {
      {FileFormat::kJson,
       "[\n"
       R"({"prompt":"say \"hi\"","completion":"hi","id":"1","labels":["x"],"split":"test","weight":0.5,)"
       R"("variables":{"v":"w"},"metadata":{"m":"n"}})"
       ",\n"
       R"({"prompt":"a","completion":"","id":"2","split":"train"})"
       "\n]\n"},
      {FileFormat::kDetect,
       R"({"prompt":"say \"hi\"","completion":"hi","id":"1","labels":["x"],"split":"test","weight":0.5,)"
       R"("variables":{"v":"w"},"metadata":{"m":"n"}})"
       "\n"
       R"({"prompt":"a","completion":"","id":"2","split":"train"})"
       "\n"},
      {FileFormat::kChatJsonl,
       R"({"messages":[{"role":"user","content":"say \"hi\""},{"role":"assistant","content":"hi"}]})"
       "\n"
       R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""}]})"
       "\n"},
      {FileFormat::kCsv,
       "id,input,output,labels,split,weight,variables,metadata\r\n"
       "1,\"say \"\"hi\"\"\",hi,\"[\"\"x\"\"]\",test,0.5,\"{\"\"v\"\":\"\"w\"\"}\",\"{\"\"m\"\":\"\"n\"\"}\"\r\n"
       "2,a,,,train,1,,\r\n"},
  };
  for (const auto& c : cases) EXPECT_EQ(Export(c.format, {Full(), Plain()}), c.text) << FormatName(c.format);
}

TEST(ExporterTest, WritesEmptyDatasets) {
  EXPECT_EQ(Export(FileFormat::kJson, {}), "[\n]\n");
  EXPECT_EQ(Export(FileFormat::kJsonl, {}), "");
  EXPECT_EQ(Export(FileFormat::kTsv, {}), "id\tinput\toutput\tlabels\tsplit\tweight\tvariables\tmetadata\r\n");
}

TEST(ExporterTest, RefusesTranscripts) {
  EXPECT_EQ(ErrorReason(Exporter::Create(FileFormat::kTranscript).status()), "BAD_FORMAT");
}

// Texts made of what formats stumble over.
std::string OddText(std::mt19937& random) {
  static const std::vector<std::string> kParts = {"\"",
                                                  "\"\"",
                                                  "'",
                                                  ",",
                                                  ";",
                                                  "\t",
                                                  "\n",
                                                  "\r",
                                                  "\r\n",
                                                  "\\",
                                                  "\\n",
                                                  "\\t",
                                                  "\\\\",
                                                  " ",
                                                  "=1+1",
                                                  "@",
                                                  "[",
                                                  "]",
                                                  "{",
                                                  "}",
                                                  ":",
                                                  "|",
                                                  "a",
                                                  "\xC3\xA9",
                                                  "\xE4\xBD\xA0",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xEF\xBB\xBF",
                                                  "\x01",
                                                  "\x7F",
                                                  "null",
                                                  "-",
                                                  "#"};
  std::string text;
  for (int n = static_cast<int>(random() % 6); n > 0; --n) text += kParts[random() % kParts.size()];
  return text;
}

Example OddExample(std::mt19937& random, int number) {
  Example example;
  example.id = StrCat(number, OddText(random));
  while (example.input.empty()) example.input = OddText(random);
  example.output = OddText(random);
  for (int n = static_cast<int>(random() % 3); n > 0; --n) example.labels.push_back(StrCat(n, OddText(random)));
  for (int n = static_cast<int>(random() % 3); n > 0; --n) example.variables.emplace(OddText(random), OddText(random));
  for (int n = static_cast<int>(random() % 3); n > 0; --n) example.metadata.emplace(OddText(random), OddText(random));
  if (random() % 2 == 0) example.weight = static_cast<double>(random() % 1000 + 1) / 7;
  if (random() % 2 == 0) example.split = Split::kTest;
  return example;
}

std::vector<Example> Examples(const ImportedFile& file) {
  std::vector<Example> examples;
  for (const ExamplePtr& example : file.examples) examples.push_back(*example);
  return examples;
}

TEST(ExporterTest, WhatGoesOutComesBack) {
  std::mt19937 random(7);
  for (const FileFormat format : kLossless) {
    for (int round = 0; round < 300; ++round) {
      std::vector<Example> examples;
      for (int i = 0; i < 4; ++i) examples.push_back(OddExample(random, i));
      const std::string text = Export(format, examples);
      for (const size_t size : {text.size(), size_t{3}}) {
        const auto file = ImportInPieces(text, {}, size);
        ASSERT_TRUE(file.ok()) << file.status() << "\n" << text;
        EXPECT_EQ(file->format, format) << text;
        ASSERT_EQ(Examples(*file), examples) << text;
      }
    }
  }
}

TEST(ExporterTest, ChatsComeBackWithInputAndOutput) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const Example example = OddExample(random, round);
    const auto file = ImportBytes(Export(FileFormat::kChatJsonl, {example}));
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ(file->format, FileFormat::kChatJsonl);
    EXPECT_EQ(file->examples[0]->input, example.input);
    EXPECT_EQ(file->examples[0]->output, example.output);
  }
}

}  // namespace
}  // namespace attune
