// Ids, duplicates, splits, labels and limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "dataset/transcript.h"
#include "tests/dataset/import_text.h"

namespace attune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImportedFile Import(std::string_view text, const ImportSettings& settings = {}) {
  auto file = ImportBytes(text, settings);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : ImportedFile();
}

TEST(ImportIdsTest, AreMadeFromTheInput) {
  const ImportedFile one = Import("text,label\na,b\n"), other = Import(R"([{"prompt":"a","completion":"c"}])");
  EXPECT_EQ(one.examples[0]->id, other.examples[0]->id);
  EXPECT_EQ(one.examples[0]->id, MakeExampleId(*one.examples[0]));
}

TEST(ImportIdsTest, RowsWithOneInputAndTwoOutputsAreBothKept) {
  const ImportedFile file = Import("text,label\na,b\na,c\na,b\na,c\n");
  EXPECT_THAT(Render(file.examples), ElementsAre("a -> b", "a -> c"));
  EXPECT_EQ(file.rows, 4);
  EXPECT_EQ(file.duplicates, 2);
  EXPECT_EQ(file.examples[0]->id, MakeExampleId(*file.examples[0]));
  EXPECT_EQ(file.examples[1]->id, MakeVariantId(*file.examples[1]));
  EXPECT_NE(file.examples[0]->id, file.examples[1]->id);
}

TEST(ImportIdsTest, RowsThatDifferInMetadataAreBothKept) {
  const ImportedFile file = Import("text,label,source\na,b,1\na,b,2\na,b,1\n");
  EXPECT_THAT(Render(file.examples), ElementsAre("a -> b source=1", "a -> b source=2"));
  EXPECT_EQ(file.duplicates, 1);
}

TEST(ImportIdsTest, EqualRowsWithOneIdAreDuplicates) {
  const ImportedFile file = Import("id,text,label\n1,a,b\n1,a,b\n");
  EXPECT_THAT(Render(file.examples), ElementsAre("a -> b id=1"));
  EXPECT_EQ(file.duplicates, 1);
}

TEST(ImportDeduplicateTest, DropsWhatSaysTheSame) {
  const std::string text = "text,label\nHow much?,price\nhow  much,price\nhow much,cost\n???,x\n!!!,x\n";
  EXPECT_EQ(Import(text).examples.size(), 5u);
  const ImportedFile file = Import(text, {.deduplicate = true});
  EXPECT_THAT(Render(file.examples), ElementsAre("How much? -> price", "how much -> cost", "??? -> x", "!!! -> x"));
  EXPECT_EQ(file.rows, 5);
  EXPECT_EQ(file.duplicates, 1);
}

std::string ManyRows(int begin, int end) {
  std::string text = "text,label\n";
  for (int i = begin; i < end; ++i) StrAppend(&text, "Question ", i, "?,x\n");
  return text;
}

std::set<std::string> TestInputs(const ImportedFile& file) {
  std::set<std::string> inputs;
  for (const ExamplePtr& example : file.examples) {
    if (example->split == Split::kTest) inputs.insert(example->input);
  }
  return inputs;
}

TEST(ImportSplitTest, TestShareIsKeptAndAlwaysTheSame) {
  const auto all = TestInputs(Import(ManyRows(0, 2000), {.test_share = 0.25}));
  EXPECT_NEAR(static_cast<double>(all.size()), 500, 60);
  EXPECT_EQ(TestInputs(Import(ManyRows(0, 2000), {.test_share = 0.25})), all);
  for (const std::string& input : TestInputs(Import(ManyRows(500, 1000), {.test_share = 0.25}))) {
    EXPECT_TRUE(all.contains(input)) << input;  // whatever else is in the file
  }
  for (const std::string& input : TestInputs(Import(ManyRows(0, 2000), {.test_share = 0.1}))) {
    EXPECT_TRUE(all.contains(input)) << input;  // a smaller share is part of a larger one
  }
}

TEST(ImportSplitTest, RowsThatSayTheirSplitKeepIt) {
  const std::string text = "text,label,split\na,b,train\nc,d,test\ne,f,\n";
  EXPECT_THAT(Render(Import(text, {.split = Split::kTest}).examples),
              ElementsAre("a -> b", "c -> d TEST", "e -> f TEST"));
  EXPECT_THAT(Render(Import(text, {.test_share = 0.999999}).examples),
              ElementsAre("a -> b", "c -> d TEST", "e -> f TEST"));
}

TEST(ImportLabelsTest, ComeFromOptionColumnAndOutput) {
  EXPECT_THAT(Render(Import("text,answer,label\na,b,c\n", {.labels = {"all", "c"}, .output_as_label = true}).examples),
              ElementsAre("a -> b #c #all #b"));
}

TEST(ImportLimitsTest, RefusesManyMembersOfAConversation) {
  std::string members;
  for (size_t i = 0; i < kMaxConversationMembers; ++i) StrAppend(&members, ",\"m", i, "\":1");
  const std::string row = StrCat(R"({"turns":[["user","a"],["bot","b"]])", members);
  EXPECT_EQ(Import(row + "}").rows, 1);
  const absl::Status status = ImportBytes("\n" + row + R"(,"m":1})").status();
  EXPECT_EQ(ErrorMetadata(status, "line"), "2");
  EXPECT_THAT(ErrorMetadata(status, "cause"), HasSubstr("more than 256 further members"));
}

TEST(ImportLimitsTest, RefusesEndlessRepeatsEvenOfDuplicates) {
  std::string row = R"({"turns":[["user","a"],["bot","b"])";
  for (int i = 0; i < 1200; ++i) row += R"(,["user","a"],["bot","b"])";
  StrAppend(&row, R"(],"m":")", std::string(1'000'000, 'x'), "\"}");
  EXPECT_EQ(ErrorReason(ImportBytes(row, {.deduplicate = true}).status()), "TOO_LARGE");
}

TEST(ImportLimitsTest, RefusesManyLabels) {
  std::string labels = "[\"l0\"";
  for (int i = 1; i < 64; ++i) StrAppend(&labels, ",\"l", i, "\"");
  const auto row = [&](std::string_view list) {
    return StrCat("[\n{\"prompt\":\"a\",\"completion\":\"b\",\"labels\":", list, "}]");
  };
  EXPECT_EQ(Import(row(labels + "]")).examples[0]->labels.size(), kMaxExampleLabels);
  const absl::Status status = ImportBytes(row(labels + ",\"l64\"]")).status();
  EXPECT_EQ(ErrorMetadata(status, "column"), "41");
  EXPECT_EQ(ErrorMetadata(status, "cause"), "there are more than 64 labels");
}

TEST(ImportLimitsTest, NamesTheRowThatTheOptionsOverload) {
  std::vector<std::string> labels;
  for (size_t i = 0; i < kMaxExampleLabels; ++i) labels.push_back(StrCat("l", i));
  const absl::Status status =
      ImportBytes("text,answer\na,l1\nb,c\n", {.labels = labels, .output_as_label = true}).status();
  EXPECT_EQ(ErrorMetadata(status, "line"), "3");
  EXPECT_EQ(ErrorMetadata(status, "cause"), "there are more than 64 labels");
}

TEST(ImportLimitsTest, RefusesLongTexts) {
  const std::string fits(kMaxExampleTextBytes, 'x'), long_text(kMaxExampleTextBytes + 1, 'x');
  EXPECT_EQ(Import("text,label\n" + fits + "," + fits + "\n").rows, 1);
  for (const std::string& row : {long_text + ",b", "a," + long_text}) {
    const absl::Status status = ImportBytes("text,label\n" + row + "\n").status();
    EXPECT_EQ(ErrorReason(status), "BAD_ROW");
    EXPECT_EQ(ErrorMetadata(status, "line"), "2");
    EXPECT_THAT(ErrorMetadata(status, "cause"), HasSubstr("1048577 bytes"));
  }
  EXPECT_EQ(ErrorReason(ImportBytes("text,label,x\na,b," + long_text + "\n").status()), "BAD_ROW");
  EXPECT_EQ(ErrorReason(ImportBytes("id,text,label\n" + std::string(257, 'i') + ",b,c\n").status()), "BAD_ROW");
}

TEST(ImportLimitsTest, RefusesEndlessRows) {
  const std::string endless(kMaxImportRowBytes + 1, 'x');
  for (const std::string& text :
       {"text,label\n\"" + endless, "{\"prompt\":\"" + endless, "[{\"prompt\":\"" + endless}) {
    for (const size_t size : {text.size(), size_t{1} << 20}) {
      const absl::Status status = ImportInPieces(text, {}, size).status();
      EXPECT_EQ(ErrorReason(status), "TOO_LARGE") << text.substr(0, 12);
      EXPECT_THAT(std::string(status.message()), HasSubstr("16777216"));
    }
  }
  EXPECT_EQ(ErrorReason(ImportBytes("text,label\n" + std::string(10'000, ',')).status()), "TOO_LARGE");
}

TEST(ImportLimitsTest, KeepsTheLatestHistory) {
  std::string text = "[";
  for (int i = 0; i < 200; ++i) {
    StrAppend(&text, i == 0 ? "" : ",", R"(["customer","q)", i, std::string(500, 'x'), R"("],["agent","a"])");
  }
  const ImportedFile file = Import(text + "]");
  ASSERT_EQ(file.examples.size(), 200u);
  const StringMap& metadata = file.examples.back()->metadata;
  EXPECT_LT(metadata.at("history").size(), kMaxExampleTextBytes / 32);
  EXPECT_THAT(metadata.at("history"), HasSubstr("q198x"));
  EXPECT_GT(std::stoi(metadata.at("history_omitted")), 300);
}

TEST(ImportLimitsTest, RefusesBadSettings) {
  for (const double share : {-0.1, 1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(ErrorReason(Importer::Create({.test_share = share}).status()), "BAD_PARAMETER") << share;
  }
  EXPECT_EQ(ErrorReason(Importer::Create({.input_column = "-"}).status()), "BAD_PARAMETER");
}

}  // namespace
}  // namespace attune
