// An input of several texts, in a form that people can write and read.
#ifndef ATTUNE_TESTS_FUZZ_PARTS_H_
#define ATTUNE_TESTS_FUZZ_PARTS_H_

#include <string_view>
#include <vector>

namespace attune {

// What stands between the lines "---"; at least one part.
inline std::vector<std::string_view> CutIntoParts(std::string_view input) {
  constexpr std::string_view kCut = "\n---\n";
  std::vector<std::string_view> parts;
  for (size_t cut = input.find(kCut); cut != std::string_view::npos; cut = input.find(kCut)) {
    parts.push_back(input.substr(0, cut));
    input.remove_prefix(cut + kCut.size());
  }
  parts.push_back(input);
  return parts;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FUZZ_PARTS_H_
