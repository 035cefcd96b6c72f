#include "tests/bench/quality/public_sets.h"

#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "provider/hash_embedding.h"
#include "tests/data_folder.h"
#include "tests/dataset/vector_set.h"

namespace attune {
namespace {

constexpr int kRowsAnIntent = 10;
constexpr const char* kUnanswerable = "NO_NODES_DETECTED";

std::vector<LabelledQuestion> LoadBitext(const std::string& file) {
  return LoadLabelled("bitext_support/" + file + ".csv", "utterance", "intent");
}

std::vector<LabelledQuestion> LoadCurekart(const std::string& file) {
  return LoadLabelled("hint3_curekart/curekart_" + file + ".csv", "sentence", "label");
}

PublicSet MakeSet(std::string name, const std::vector<LabelledQuestion>& train, std::vector<LabelledQuestion> test) {
  return {std::move(name), MakeQuestionDataset(train), std::move(test)};
}

}  // namespace

PublicSet Banking77() { return MakeSet("banking77", LoadBanking77("train"), LoadBanking77("test")); }

PublicSet Bitext() { return MakeSet("bitext_support", LoadBitext("train"), LoadBitext("test")); }

PublicSet BitextTenAnIntent() {
  std::map<std::string, int> rows;
  std::vector<LabelledQuestion> train = LoadBitext("train");
  std::erase_if(train, [&](const LabelledQuestion& question) { return ++rows[question.label] > kRowsAnIntent; });
  return MakeSet("bitext_support, 10 an intent", train, LoadBitext("test"));
}

void Embed(PublicSet& set) {
  std::vector<VectorIndex::Added> added;
  DatasetView(set.dataset, 1).Visit(0, [&](uint64_t row, ExampleView example) {
    added.push_back({static_cast<uint32_t>(row), HashEmbedding(example.input(), kHashEmbeddingDimensions)});
    return true;
  });
  set.vectors = MergeAll(*VectorIndex::Add(VectorIndex::Empty(kHashEmbeddingDimensions), added));
}

PublicSet Curekart() {
  std::vector<LabelledQuestion> questions = LoadCurekart("test");
  std::erase_if(questions, [](const LabelledQuestion& question) { return question.label == kUnanswerable; });
  return MakeSet("hint3_curekart", LoadCurekart("train"), std::move(questions));
}

std::vector<LabelledQuestion> CurekartUnanswerable() {
  std::vector<LabelledQuestion> questions = LoadCurekart("test");
  std::erase_if(questions, [](const LabelledQuestion& question) { return question.label != kUnanswerable; });
  return questions;
}

PublicSet HelpSections(const std::string& language) {
  PublicSet set{.name = "logingov_help, " + language, .dataset = nullptr, .questions = {}};
  DatasetDelta delta;
  std::ifstream in(DataFolder() + "/logingov_help/help_sections.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto section = nlohmann::json::parse(line);
    if (section.at("lang") != language) continue;
    auto example = std::make_shared<Example>();
    example->id = section.at("id");
    example->input = section.at("text");
    example->output = example->input;
    const auto part = [&](const char* name) { return section.at(name).get<std::string>(); };
    set.questions.push_back({part("title") + " " + part("section"), example->output});
    delta.upserts.push_back(std::move(example));
  }
  set.dataset = *Dataset::Apply(Dataset::Empty(language), delta, {.version = 1, .revision = 1, .description = {}});
  return set;
}

}  // namespace attune
