// Files that people really have. Where the folder is not there, nothing is tested.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/data_folder.h"
#include "tests/dataset/import_text.h"

namespace attune {
namespace {

const std::string kFolder = DataFolder() + "/";

struct Case {
  const char* file;
  FileFormat format;
  int64_t rows;        // as another reader counts them
  int64_t duplicates;  // to the letter
  const char* input;   // of the last row
  const char* output;  // its beginning
  ImportSettings settings = {};
};

const Case kCases[] = {
    {"banking77/train.csv", FileFormat::kCsv, 10003, 0, "Which countries are represented?", "country_support"},
    {"banking77/test.csv", FileFormat::kCsv, 3080, 0, "", ""},
    {"hint3_curekart/curekart_train.csv", FileFormat::kCsv, 599, 0, "", ""},
    {"hint3_curekart/curekart_test.csv", FileFormat::kCsv, 991, 45, "", ""},
    {"bitext_support/train.csv", FileFormat::kCsv, 6480, 0, "", ""},
    {"gsm8k/train.jsonl", FileFormat::kJsonl, 7473, 0, "", ""},
    {"gsm8k/test.jsonl", FileFormat::kJsonl, 1319, 0, "", ""},
    {"azure_qna_samples/SampleQnAs.tsv", FileFormat::kTsv, 11, 0, "", ""},
    {"azure_qna_samples/basic-kb.tsv", FileFormat::kTsv, 16, 0, "", ""},
    {"azure_qna_samples/SampleActiveLearning.tsv", FileFormat::kTsv, 22, 0, "Replace Pen Tips",
     "Here's how you can replace the pen tips:\n1. Use\u00a0something"},
    {"azure_qna_samples/Scenario_Responses_Friendly.tsv", FileFormat::kTsv, 161, 0, "", ""},
    {"abcd_support/abcd_sample.json", FileFormat::kTranscript, 21, 0, "", ""},
    {"logingov_help/help_sections.jsonl",
     FileFormat::kJsonl,
     484,
     0,
     "",
     "",
     {.input_column = "title", .output_column = "text", .id_column = "-"}},
};

TEST(ImportDataTest, ReadsEveryRow) {
  int read = 0;
  for (const Case& c : kCases) {
    std::ifstream stream(kFolder + c.file, std::ios::binary);
    if (!stream) continue;
    ++read;
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const auto file = ImportBytes(text, c.settings);
    ASSERT_TRUE(file.ok()) << c.file << ": " << file.status();
    EXPECT_EQ(file->format, c.format) << c.file;
    EXPECT_EQ(file->rows, c.rows) << c.file;
    EXPECT_EQ(file->duplicates, c.duplicates) << c.file;
    EXPECT_EQ(static_cast<int64_t>(file->examples.size()), c.rows - c.duplicates) << c.file;
    const Example& last = *file->examples.back();
    if (*c.input != '\0') {
      EXPECT_EQ(last.input, c.input) << c.file;
      EXPECT_EQ(last.output.rfind(c.output, 0), 0u) << c.file << ": " << last.output;
    }
    EXPECT_EQ(Outcome(ImportInPieces(text, c.settings, 1000)), Outcome(file)) << c.file;
  }
  if (read == 0) GTEST_SKIP() << "no data in " << kFolder;
}

}  // namespace
}  // namespace attune
