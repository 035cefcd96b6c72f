// An input of several texts, in a form that people can write and read.
#ifndef ATTUNE_TESTS_FUZZ_PARTS_H_
#define ATTUNE_TESTS_FUZZ_PARTS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"

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

// Calls `feed` with piece after piece, each in memory of its own, so that a read past its end is seen, until one fails.
template <typename Feed>
absl::Status FeedInPieces(std::string_view body, size_t piece_bytes, Feed feed) {
  absl::Status status;
  while (status.ok() && !body.empty()) {
    const std::string_view piece = body.substr(0, piece_bytes);
    const std::vector<char> own(piece.begin(), piece.end());
    status = feed(std::string_view(own.data(), own.size()));
    body.remove_prefix(piece.size());
  }
  return status;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_FUZZ_PARTS_H_
