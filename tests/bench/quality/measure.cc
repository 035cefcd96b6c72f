#include "tests/bench/quality/measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/analyzer.h"
#include "dataset/coverage.h"
#include "dataset/row.h"
#include "dataset/search.h"
#include "dataset/semantic_selection.h"
#include "provider/hash_embedding.h"
#include "provider/nearest_turn.h"

namespace attune {
namespace {

double Share(size_t count, size_t of) { return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of); }

// As a prompt shows examples by default: as turns before the question.
std::vector<Message> Conversation(const Selection& selection, const std::string& question) {
  std::vector<Message> messages;
  for (const ScoredExample& shown : selection.examples) {
    messages.push_back({Role::kUser, std::string(shown.example.input())});
    messages.push_back({Role::kAssistant, std::string(shown.example.output())});
  }
  messages.push_back({Role::kUser, question});
  return messages;
}

}  // namespace

SelectionQuality MeasureSelection(const PublicSet& set, const SelectionPolicy& policy) {
  size_t shown = 0, nearest = 0;
  for (const LabelledQuestion& question : set.questions) {
    const Exclusion exclusion = {.input = question.text, .id = {}};
    const std::vector<float> vector = HashEmbedding(question.text, kHashEmbeddingDimensions);
    const SemanticQuery semantic = {.index = set.vectors.get(), .question = vector};
    const Selection selection = *SelectExamples({set.dataset, 1}, policy, question.text, &exclusion, &semantic);
    shown += std::any_of(selection.examples.begin(), selection.examples.end(),
                         [&](const ScoredExample& one) { return one.example.output() == question.label; });
    nearest += NearestAnswer(Conversation(selection, question.text)) == question.label;
  }
  return {.right_shown = Share(shown, set.questions.size()), .nearest = Share(nearest, set.questions.size())};
}

double MeasureSearch(const PublicSet& set, size_t limit) {
  size_t found = 0;
  for (const LabelledQuestion& question : set.questions) {
    const auto best = DatasetView(set.dataset, 1).Search(question.text, limit);
    found += std::any_of(best.begin(), best.end(),
                         [&](const ScoredExample& one) { return one.example.output() == question.label; });
  }
  return Share(found, set.questions.size());
}

double MeanTerms(const std::vector<LabelledQuestion>& questions) {
  size_t count = 0;
  for (const LabelledQuestion& question : questions) {
    const std::vector<uint64_t> terms = AnalyzeQuestion(question.text).terms;
    count += std::set<uint64_t>(terms.begin(), terms.end()).size();
  }
  return Share(count, questions.size());
}

std::vector<CoverageSteps> MeasureCoverage(const PublicSet& set, const std::vector<LabelledQuestion>& questions) {
  std::vector<CoverageSteps> measured;
  for (const LabelledQuestion& question : questions) {
    CoverageSteps steps;
    const Bm25Query query(*set.dataset, 1, question.text);
    const auto best = query.Search(kCoverageRows, [](const Row& row) { return row.train; });
    if (!best.empty()) {
      const QuestionCoverage coverage(*set.dataset, 1, query, best);
      steps.share = query.ShareOfBest(best.front().score);
      steps.terms = steps.share * TermsFactor(query.terms());
      steps.evidence = coverage.Evidence(best.front().score);
      steps.coverage = coverage.Of(best.front().score);
    }
    measured.push_back(steps);
  }
  return measured;
}

double Auroc(const std::vector<CoverageSteps>& with, const std::vector<CoverageSteps>& without, CoverageStep step) {
  std::vector<double> low;
  for (const CoverageSteps& one : without) low.push_back(one.*step);
  std::sort(low.begin(), low.end());
  double wins = 0;
  for (const CoverageSteps& one : with) {
    const auto [equal, above] = std::equal_range(low.begin(), low.end(), one.*step);
    wins += static_cast<double>(equal - low.begin()) + static_cast<double>(above - equal) / 2;
  }
  return wins / (static_cast<double>(with.size()) * static_cast<double>(low.size()));
}

double ShareBelow(const std::vector<CoverageSteps>& questions, double threshold) {
  const auto below = std::count_if(questions.begin(), questions.end(),
                                   [threshold](const CoverageSteps& one) { return one.coverage < threshold; });
  return Share(static_cast<size_t>(below), questions.size());
}

}  // namespace attune
