// Values of flags and the files they name, each error with what to do.
#ifndef ATTUNE_CLIENT_CLI_FLAGS_H_
#define ATTUNE_CLIENT_CLI_FLAGS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "attune/v1/attune.pb.h"
#include "base/strings.h"
#include "client/enum_words.h"

namespace attune {

inline constexpr size_t kMaxTextFileBytes = 16 << 20;  // of a file that is read whole: prompts, cases on stdin

// INVALID_ARGUMENT (BAD_FLAG): "--var: is not name=value".
absl::Status BadFlag(std::string_view flag, std::string_view why);

// "name=value" texts into a map; the name must not be empty, the value may.
absl::Status AddPairs(std::string_view flag, const std::vector<std::string>& texts,
                      google::protobuf::Map<std::string, std::string>& map);

// The enum value of a word; an empty word leaves the value that means "not set".
template <typename E>
absl::StatusOr<E> WordFlag(std::string_view flag, std::string_view word) {
  if (word.empty()) return static_cast<E>(0);
  if (const std::optional<E> value = ParseWord<E>(word)) return *value;
  return BadFlag(flag, StrCat("'", word, "' is none of: ", AllWords<E>()));
}

// The whole of a file, or of stdin for "-". INVALID_ARGUMENT (FILE_NOT_READ, TOO_LARGE).
absl::StatusOr<std::string> ReadWhole(const std::string& path);
absl::Status FileNotRead(std::string_view path, std::string_view cause);

// An import error of the server or of the importer, in the file that it is about: field violations become
// "file:line:column". Other errors go through unchanged.
absl::Status InFile(const absl::Status& status, std::string_view file);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_FLAGS_H_
