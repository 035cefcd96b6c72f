#include "tests/dataset/question_set.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

#include "tests/data_folder.h"

namespace attune {
namespace {

constexpr size_t kVocabulary = 50'000;

// One row of CSV from `at` on; moves behind it.
std::vector<std::string> ReadRow(const std::string& csv, size_t& at) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (; at < csv.size(); ++at) {
    const char c = csv[at];
    if (c == '"') {
      if (quoted && at + 1 < csv.size() && csv[at + 1] == '"') {
        cells.back() += csv[++at];
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && c == ',') {
      cells.emplace_back();
    } else if (!quoted && c == '\n') {
      ++at;
      break;
    } else if (quoted || c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<std::string> MakeWords(std::mt19937_64& random) {
  std::vector<std::string> words(kVocabulary);
  for (std::string& word : words) {
    word.resize(2 + random() % 9);
    for (char& c : word) c = static_cast<char>('a' + random() % 26);
  }
  return words;
}

// Sums of 1/1, 1/2, 1/3 ...: a uniform draw below the last one finds its word.
std::vector<double> ZipfSums() {
  std::vector<double> sums(kVocabulary);
  double sum = 0;
  for (size_t rank = 0; rank < kVocabulary; ++rank) sums[rank] = sum += 1.0 / static_cast<double>(rank + 1);
  return sums;
}

}  // namespace

std::vector<LabelledQuestion> LoadLabelled(const std::string& file, const std::string& text_column,
                                           const std::string& label_column) {
  std::ifstream in(DataFolder() + "/" + file, std::ios::binary);
  const std::string csv((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  size_t at = 0;
  const std::vector<std::string> heading = ReadRow(csv, at);
  const auto text = std::find(heading.begin(), heading.end(), text_column) - heading.begin();
  const auto label = std::find(heading.begin(), heading.end(), label_column) - heading.begin();
  std::vector<LabelledQuestion> questions;
  while (at < csv.size()) {
    std::vector<std::string> cells = ReadRow(csv, at);
    if (std::max(text, label) >= std::ssize(cells)) continue;
    questions.push_back({std::move(cells[static_cast<size_t>(text)]), std::move(cells[static_cast<size_t>(label)])});
  }
  return questions;
}

std::vector<LabelledQuestion> LoadBanking77(const std::string& file) {
  return LoadLabelled("banking77/" + file + ".csv", "text", "category");
}

std::vector<LabelledQuestion> MakeZipfQuestions(size_t count, size_t words, uint64_t seed) {
  std::mt19937_64 of_words(1);
  const std::vector<std::string> vocabulary = MakeWords(of_words);
  const std::vector<double> sums = ZipfSums();
  std::mt19937_64 random(seed);
  std::vector<LabelledQuestion> questions(count);
  for (LabelledQuestion& question : questions) {
    for (size_t i = 0; i < words; ++i) {
      const double draw = static_cast<double>(random() >> 11) * 0x1.0p-53 * sums.back();
      const auto word = std::upper_bound(sums.begin(), sums.end(), draw) - sums.begin();
      if (i > 0) question.text += ' ';
      question.text += vocabulary[std::min(static_cast<size_t>(word), kVocabulary - 1)];
    }
  }
  return questions;
}

DatasetPtr MakeQuestionDataset(const std::vector<LabelledQuestion>& questions) {
  DatasetDelta delta;
  for (size_t i = 0; i < questions.size(); ++i) {
    auto example = std::make_shared<Example>();
    example->id = "q" + std::to_string(i);
    example->input = questions[i].text;
    example->output = questions[i].label;
    if (!questions[i].label.empty()) example->labels = {questions[i].label};
    delta.upserts.push_back(std::move(example));
  }
  return *Dataset::Apply(Dataset::Empty("questions"), delta, {.version = 1, .revision = 1, .description = {}});
}

}  // namespace attune
