// attune_quality: what retrieval finds on the public sets, as the tables of docs/QUALITY.md. Needs the data folder
// (tests/data_folder.h); says so and ends well where there is none.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "tests/bench/quality/measure.h"
#include "tests/data_folder.h"

namespace attune {
namespace {

using Cells = std::vector<std::string>;

std::string Number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", decimals, value);
  return text;
}

void Print(const Cells& cells) {
  std::cout << "|";
  for (const std::string& cell : cells) std::cout << " " << cell << " |";
  std::cout << std::endl;
}

// `texts`: how many of the first columns are not numbers.
void PrintHeading(const std::string& title, const Cells& columns, size_t texts = 1) {
  std::cout << "\n### " << title << "\n\n";
  Print(columns);
  std::cout << "|";
  for (size_t i = 0; i < columns.size(); ++i) std::cout << (i < texts ? "---|" : "---:|");
  std::cout << std::endl;
}

struct NamedPolicy {
  const char* name;
  SelectionPolicy policy;
};

std::vector<NamedPolicy> Policies() {
  SelectionPolicy fixed, random, plain, cover, semantic, hybrid;
  fixed.strategy = Strategy::kFixed;
  fixed.example_ids = {"q0", "q1", "q2", "q3"};  // as good as any others
  random.strategy = Strategy::kRandom;
  plain.diversity = 0;
  cover.choice = Choice::kTermCover;
  semantic.strategy = Strategy::kSemantic;
  hybrid.strategy = Strategy::kHybrid;
  return {{"FIXED", fixed},
          {"RANDOM", random},
          {"LEXICAL without MMR", plain},
          {"LEXICAL", {}},
          {"LEXICAL with TERM_COVER", cover},
          {"SEMANTIC by builtin/hash-embedding", semantic},
          {"HYBRID by builtin/hash-embedding", hybrid}};
}

void MeasureSelections() {
  PrintHeading("Selection, k = 4", {"set", "strategy", "right label shown", "builtin/nearest", "terms a question"}, 2);
  for (PublicSet set : {Banking77(), Bitext(), BitextTenAnIntent()}) {
    Embed(set);
    for (const NamedPolicy& named : Policies()) {
      const SelectionQuality quality = MeasureSelection(set, named.policy);
      const bool searches = named.policy.strategy == Strategy::kLexical;
      Print({set.name, named.name, Number(quality.right_shown, 4), Number(quality.nearest, 4),
             searches ? Number(MeanTerms(set.questions), 1) : ""});
    }
  }
}

void MeasureHelp() {
  PrintHeading("Sections of a help centre found by title and heading",
               {"language", "among the first 3", "among the first 10", "terms a question"});
  for (const char* language : {"en", "es", "fr", "zh"}) {
    const PublicSet set = HelpSections(language);
    Print({language, Number(MeasureSearch(set, 3), 3), Number(MeasureSearch(set, 10), 3),
           Number(MeanTerms(set.questions), 1)});
  }
}

// A set with its questions, and others that it has no answer for.
struct CoveragePair {
  std::string name;
  std::vector<CoverageSteps> with, without;
};

std::vector<CoveragePair> MeasurePairs() {
  const PublicSet curekart = Curekart(), banking = Banking77(), bitext = Bitext(), help = HelpSections("en");
  std::vector<CoveragePair> pairs;
  const auto add = [&](const std::string& name, const PublicSet& set, const std::vector<LabelledQuestion>& others) {
    pairs.push_back({name, MeasureCoverage(set, set.questions), MeasureCoverage(set, others)});
  };
  add("hint3_curekart / its unanswerable ones", curekart, CurekartUnanswerable());
  add("banking77 / bitext_support", banking, bitext.questions);
  add("banking77 / hint3_curekart", banking, curekart.questions);
  add("bitext_support / banking77", bitext, banking.questions);
  add("bitext_support / hint3_curekart", bitext, curekart.questions);
  add("logingov_help en / hint3_curekart", help, curekart.questions);
  add("logingov_help en / banking77", help, banking.questions);
  return pairs;
}

void PrintSteps(const std::vector<CoveragePair>& pairs) {
  PrintHeading("Coverage: AUROC, questions of a set against those of another one",
               {"questions", "share of the best score", "and terms", "and labels"});
  for (const CoveragePair& pair : pairs) {
    Cells cells = {pair.name};
    for (const CoverageStep step : {&CoverageSteps::share, &CoverageSteps::terms, &CoverageSteps::evidence}) {
      cells.push_back(Number(Auroc(pair.with, pair.without, step), 4));
    }
    Print(cells);
  }
}

void PrintThresholds(const std::vector<CoveragePair>& pairs) {
  PrintHeading("Coverage: share of questions below a threshold, those of the set / the others",
               {"questions", "0.05", "0.1", "0.15", "0.2", "0.3"});
  for (const CoveragePair& pair : pairs) {
    Cells cells = {pair.name};
    for (const double threshold : {0.05, 0.1, 0.15, 0.2, 0.3}) {
      cells.push_back(Number(ShareBelow(pair.with, threshold), 2) + " / " +
                      Number(ShareBelow(pair.without, threshold), 2));
    }
    Print(cells);
  }
}

// As many of each set, so that one threshold for all is what is measured.
void PrintPooled(const std::vector<CoveragePair>& pairs) {
  constexpr size_t kOfEach = 400;
  std::vector<CoverageSteps> with, without;
  for (const CoveragePair& pair : pairs) {
    for (size_t i = 0; i < kOfEach; ++i) {
      with.push_back(pair.with[i * pair.with.size() / kOfEach]);
      without.push_back(pair.without[i * pair.without.size() / kOfEach]);
    }
  }
  PrintHeading("Coverage: AUROC with one threshold for all of these sets", {"step", "AUROC"});
  Print({"share of the best score", Number(Auroc(with, without, &CoverageSteps::share), 4)});
  Print({"and terms", Number(Auroc(with, without, &CoverageSteps::terms), 4)});
  Print({"and labels", Number(Auroc(with, without, &CoverageSteps::evidence), 4)});
  Print({"calibrated", Number(Auroc(with, without, &CoverageSteps::coverage), 4)});
}

int Run() {
  if (Banking77().empty() || Bitext().empty() || Curekart().empty() || HelpSections("en").empty()) {
    std::cout << "attune_quality: not all of banking77, bitext_support, hint3_curekart and logingov_help are in "
              << DataFolder() << "; ATTUNE_TEST_DATA names another folder\n";
    return 0;
  }
  MeasureSelections();
  MeasureHelp();
  const std::vector<CoveragePair> pairs = MeasurePairs();
  PrintSteps(pairs);
  PrintThresholds(pairs);
  PrintPooled(pairs);
  return 0;
}

}  // namespace
}  // namespace attune

int main() { return attune::Run(); }
