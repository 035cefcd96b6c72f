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

// The terms of a text, in order, repeats kept; each term is hashed with Hash64.
std::vector<uint64_t> AnalyzeText(std::string_view text);

}  // namespace attune

#endif  // ATTUNE_BASE_ANALYZER_H_
