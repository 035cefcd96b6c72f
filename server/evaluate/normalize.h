// Makes texts comparable: what two answers may differ in without being different answers. Pure.
#ifndef ATTUNE_EVALUATE_NORMALIZE_H_
#define ATTUNE_EVALUATE_NORMALIZE_H_

#include <string>
#include <string_view>
#include <vector>

namespace attune {

struct Normalization {
  bool fold_case = true;         // Unicode's full case folding
  bool drop_punctuation = true;  // Unicode's categories P*, but not the sign or the point of a number
  bool join_space = true;        // a run of white space becomes one space; none at the ends
  bool drop_articles = false;    // the words a, an and the; joins what is left by single spaces
  friend bool operator==(const Normalization&, const Normalization&) = default;
};

// Equal characters that are composed differently are made equal (NFC) in any case. Text that is not UTF-8 is taken as
// ASCII, its other bytes as letters.
std::string Normalize(std::string_view text, const Normalization& options);

// The words of a normalised text: what stands between spaces. Views into it.
std::vector<std::string_view> SplitWords(std::string_view text);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_NORMALIZE_H_
