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
  double similarity = 0;  // to the question
};

// The question itself, but for what the analysis drops.
constexpr double kSame = 1 - 1e-9;
// More than all votes of a conversation together.
constexpr double kSameVote = 1e12;

Terms TermsOf(std::string_view text) {
  Terms terms;
  for (const uint64_t term : AnalyzeText(text)) terms[term] = 1;
  return terms;
}

std::vector<Turn> AnsweredTurns(const std::vector<Message>& messages, size_t end) {
  std::vector<Turn> turns;
  for (size_t i = 0; i + 1 < end; ++i) {
    if (messages[i].role == Role::kUser && messages[i + 1].role == Role::kAssistant) {
      turns.push_back({.terms = TermsOf(messages[i].content), .answer = messages[i + 1].content});
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

// What speaks for each answer, cubed.
std::map<std::string_view, double> CountVotes(const std::vector<Turn>& turns) {
  std::map<std::string_view, double> votes;
  for (const Turn& turn : turns) {
    if (turn.similarity < kNearestFloor) continue;
    votes[turn.answer] += turn.similarity >= kSame ? kSameVote : std::pow(turn.similarity, 3);
  }
  return votes;
}

}  // namespace

std::optional<std::string_view> NearestAnswer(const std::vector<Message>& messages) {
  const auto last =
      std::find_if(messages.rbegin(), messages.rend(), [](const Message& m) { return m.role == Role::kUser; });
  if (last == messages.rend()) return std::nullopt;
  const Terms question = TermsOf(last->content);
  std::vector<Turn> turns = AnsweredTurns(messages, messages.rend() - last - 1);
  const Weights weights(turns);
  for (Turn& turn : turns) turn.similarity = Cosine(question, turn.terms, weights);
  const std::map<std::string_view, double> votes = CountVotes(turns);
  std::optional<std::string_view> best;
  double most = 0;
  for (const Turn& turn : turns) {
    if (turn.similarity < kNearestFloor) continue;
    const double vote = std::cbrt(votes.at(turn.answer));
    if (vote < most - kNearestTie) continue;
    best = turn.answer;
    most = std::max(most, vote);
  }
  return best;
}

}  // namespace attune
