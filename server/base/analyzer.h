// Text analysis shared by retrieval and by builtin/nearest: Unicode text to stable 64-bit term hashes.
#ifndef ATTUNE_BASE_ANALYZER_H_
#define ATTUNE_BASE_ANALYZER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace attune {

// Lower case, compatibility forms folded (NFKC), accents stripped, every run of other than letters and digits made one
// space, no space at the ends. Invalid UTF-8 bytes count as separators. ASCII takes a fast path.
std::string NormalizeText(std::string_view text);

bool IsAscii(std::string_view text);

// The terms of a text that is searched, in order, repeats kept; each is hashed with Hash64. A word gives its runs of
// four characters, the first of which holds a mark for where the word begins ("cards": "_car", "card", "ards"), a
// shorter word itself ("_my"). A word of a script that puts no spaces between words gives its pairs of characters.
//
// A release gives the same terms for the same text, on every machine. Terms are nowhere stored: an index is made from
// the texts when the server starts, so that another release may cut words in another way.
std::vector<uint64_t> AnalyzeText(std::string_view text);

// A question, as it is looked up among texts.
struct AnalyzedQuestion {
  // Of the terms that AnalyzeText gives, every second of each word, and its last: all characters count, and as texts
  // keep all their terms, a letter too many or too few shifts nothing out of reach. A search takes as long as it has
  // terms; these are three of five, and find as well as all do (docs/QUALITY.md).
  std::vector<uint64_t> terms;
  size_t length = 0;  // AnalyzeText(question).size()
};
AnalyzedQuestion AnalyzeQuestion(std::string_view question);

}  // namespace attune

#endif  // ATTUNE_BASE_ANALYZER_H_
