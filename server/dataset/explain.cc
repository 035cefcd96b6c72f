#include "dataset/explain.h"

#include <algorithm>

#include "base/analyzer.h"

namespace attune {
namespace {

constexpr size_t kMaxWords = 512;  // of a question; later ones are told together, without their names

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Where the characters of a word begin, and where it ends.
std::vector<size_t> CharactersOf(std::string_view word) {
  std::vector<size_t> starts;
  for (size_t at = 0; at < word.size(); ++at) {
    if (BeginsCharacter(word[at])) starts.push_back(at);
  }
  starts.push_back(word.size());
  return starts;
}

// Three bytes and more a character: among others every script without spaces, and no Latin, Greek or Cyrillic letter.
bool MayLackSpaces(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return !BeginsCharacter(c) || static_cast<unsigned char>(c) >= 0xE0; });
}

bool HaveTermInCommon(std::string_view piece, const std::vector<uint64_t>& terms) {
  const std::vector<uint64_t> of_piece = AnalyzeText(piece);
  return std::any_of(of_piece.begin(), of_piece.end(),
                     [&](uint64_t term) { return std::find(terms.begin(), terms.end(), term) != terms.end(); });
}

// The word itself, or its pairs of characters where these are what the analyser makes of it.
std::vector<std::string_view> PiecesOf(std::string_view word) {
  const std::vector<size_t> starts = CharactersOf(word);
  const size_t characters = starts.size() - 1;
  if (characters < 4 || !MayLackSpaces(word)) return {word};
  // A pair from within the word, as those at its ends hold the marks of the ends.
  if (!HaveTermInCommon(word.substr(starts[1], starts[3] - starts[1]), AnalyzeText(word))) return {word};
  std::vector<std::string_view> pairs;
  for (size_t i = 0; i + 2 <= characters; ++i) pairs.push_back(word.substr(starts[i], starts[i + 2] - starts[i]));
  return pairs;
}

}  // namespace

ScoreExplainer::ScoreExplainer(const Dataset& dataset, int64_t version, std::string_view question)
    : weights_(dataset, version, question), holders_(weights_.terms().size()) {
  const std::string normalized = NormalizeText(question);
  const std::string_view view = normalized;
  for (size_t begin = 0; begin < view.size();) {
    const size_t end = std::min(view.find(' ', begin), view.size());
    for (const std::string_view piece : PiecesOf(view.substr(begin, end - begin))) NoteWord(piece);
    begin = end + 1;
  }
}

void ScoreExplainer::NoteWord(std::string_view word) {
  if (words_.size() >= kMaxWords || std::find(words_.begin(), words_.end(), word) != words_.end()) return;
  const auto index = static_cast<uint32_t>(words_.size());
  words_.emplace_back(word);
  for (const uint64_t term : AnalyzeText(word)) {
    const std::vector<uint64_t>& terms = weights_.terms();
    const auto found = std::lower_bound(terms.begin(), terms.end(), term);
    if (found == terms.end() || *found != term) continue;
    std::vector<uint32_t>& holders = holders_[static_cast<size_t>(found - terms.begin())];
    if (holders.empty() || holders.back() != index) holders.push_back(index);
  }
}

std::vector<WordShare> ScoreExplainer::Explain(std::string_view input) const {
  std::vector<WordShare> shares(words_.size() + 1);  // the last: of no word
  for (size_t i = 0; i < words_.size(); ++i) shares[i].word = words_[i];
  const std::vector<double> weights = weights_.In(input);
  double score = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    score += weights[i];
    for (const uint32_t word : holders_[i]) shares[word].share += weights[i] / static_cast<double>(holders_[i].size());
    if (holders_[i].empty()) shares.back().share += weights[i];
  }
  std::erase_if(shares, [](const WordShare& word) { return word.share <= 0; });
  for (WordShare& word : shares) word.share /= score;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const WordShare& a, const WordShare& b) { return a.share > b.share; });
  return shares;
}

}  // namespace attune
