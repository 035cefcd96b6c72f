// Why an example matches a question, in words: the search itself compares pieces of words.
#ifndef ATTUNE_DATASET_EXPLAIN_H_
#define ATTUNE_DATASET_EXPLAIN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/dataset.h"
#include "dataset/term_weights.h"

namespace attune {

struct WordShare {
  std::string word;  // as NormalizeText gives it; empty: terms that no single word holds
  double share = 0;  // of the score, above 0
};

// One question at one version. A term's weight goes to the words of the question that hold the term, in equal parts. Of
// a word in a script that writes no spaces every two neighbouring characters count as a word, if its terms are such.
class ScoreExplainer {
 public:
  ScoreExplainer(const Dataset& dataset, int64_t version, std::string_view question);

  // The words that an example's input shares terms with, the most telling first, equal ones in the order of the
  // question. The shares add up to 1, if there are any.
  std::vector<WordShare> Explain(std::string_view input) const;

 private:
  void NoteWord(std::string_view word);

  const TermWeights weights_;
  std::vector<std::string> words_;              // distinct
  std::vector<std::vector<uint32_t>> holders_;  // of each term: indexes into words_
};

}  // namespace attune

#endif  // ATTUNE_DATASET_EXPLAIN_H_
