// Names and references of prompts, datasets and aliases (DESIGN §3).
#ifndef ATTUNE_BASE_NAMES_H_
#define ATTUNE_BASE_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace attune {

inline constexpr size_t kMaxNameLength = 128;
inline constexpr size_t kMaxRequestIdBytes = 128;

// [a-z0-9]([a-z0-9._/-]{0,126}[a-z0-9])?; `field` is the path named in the error (reason BAD_NAME).
absl::Status CheckName(std::string_view name, std::string_view field);

// "name", "name@7" or "name@alias".
struct Reference {
  std::string name;
  int64_t version = 0;  // 0: not given
  std::string alias;    // empty: not given
};
absl::StatusOr<Reference> ParseReference(std::string_view text, std::string_view field);

// The at most `count` known names nearest to `name` by edit distance, nearest first; only plausible misspellings
// (distance at most a third of the length, at least 2) and names that contain or are contained in `name`.
std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& known, size_t count = 3);

// NOT_FOUND that names the nearest names: reason e.g. "PROMPT_NOT_FOUND", kind e.g. "prompt".
absl::Status NameNotFound(std::string_view reason, std::string_view kind, std::string_view name,
                          const std::vector<std::string>& known);

}  // namespace attune

#endif  // ATTUNE_BASE_NAMES_H_
