#include "provider/nearest_turn.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "base/analyzer.h"

namespace attune {
namespace {

using Terms = std::map<uint64_t, double>;  // ordered: sums come out the same everywhere

struct Turn {
  Terms terms;
  std::string_view answer;
};

Terms TermsOf(std::string_view text) {
  Terms terms;
  for (const uint64_t term : AnalyzeText(text)) terms[term] = 1;
  return terms;
}

std::vector<Turn> AnsweredTurns(const std::vector<Message>& messages, size_t end) {
  std::vector<Turn> turns;
  for (size_t i = 0; i + 1 < end; ++i) {
    if (messages[i].role == Role::kUser && messages[i + 1].role == Role::kAssistant) {
      turns.push_back({TermsOf(messages[i].content), messages[i + 1].content});
    }
  }
  return turns;
}

// Weighs each term by how few of the turns have it.
class Weights {
 public:
  explicit Weights(const std::vector<Turn>& turns) : turns_(static_cast<double>(turns.size())) {
    for (const Turn& turn : turns) {
      for (const auto& [term, count] : turn.terms) counts_[term] += 1;
    }
  }

  double Of(uint64_t term) const {
    const auto found = counts_.find(term);
    return std::log(1 + (turns_ + 1) / (1 + (found == counts_.end() ? 0 : found->second)));
  }

 private:
  double turns_;
  Terms counts_;
};

double Dot(const Terms& a, const Terms& b, const Weights& weights) {
  double sum = 0;
  for (const auto& [term, count] : a) {
    const auto found = b.find(term);
    if (found == b.end()) continue;
    const double weight = weights.Of(term);
    sum += count * found->second * weight * weight;
  }
  return sum;
}

double Cosine(const Terms& a, const Terms& b, const Weights& weights) {
  const double norm = std::sqrt(Dot(a, a, weights) * Dot(b, b, weights));
  return norm > 0 ? Dot(a, b, weights) / norm : 0;
}

}  // namespace

std::optional<std::string_view> NearestAnswer(const std::vector<Message>& messages) {
  const auto last =
      std::find_if(messages.rbegin(), messages.rend(), [](const Message& m) { return m.role == Role::kUser; });
  if (last == messages.rend()) return std::nullopt;
  const Terms question = TermsOf(last->content);
  const std::vector<Turn> turns = AnsweredTurns(messages, messages.rend() - last - 1);
  const Weights weights(turns);
  const Turn* best = nullptr;
  double best_similarity = kNearestFloor;
  for (const Turn& turn : turns) {
    const double similarity = Cosine(question, turn.terms, weights);
    if (similarity < best_similarity - (best == nullptr ? 0 : kNearestTie)) continue;
    best = &turn;
    best_similarity = std::max(best_similarity, similarity);
  }
  if (best == nullptr) return std::nullopt;
  return best->answer;
}

}  // namespace attune
