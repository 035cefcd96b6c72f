// Debian 12 builds Abseil with a string_view of its own, which does not mix with std::string_view. These few lines let
// our code speak std::string_view throughout; with a newer Abseil, where both are one type, they cost nothing.
#ifndef ATTUNE_BASE_STRINGS_H_
#define ATTUNE_BASE_STRINGS_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace attune {

inline absl::string_view AbslView(std::string_view text) { return absl::string_view(text.data(), text.size()); }
inline std::string_view StdView(absl::string_view text) { return std::string_view(text.data(), text.size()); }

namespace internal {
template <typename T>
decltype(auto) ForAbsl(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return AbslView(value);
  } else {
    return (value);
  }
}
}  // namespace internal

// absl::StrCat and absl::StrAppend for arguments that may be std::string_view.
template <typename... Args>
std::string StrCat(const Args&... args) {
  return absl::StrCat(internal::ForAbsl(args)...);
}
template <typename... Args>
void StrAppend(std::string* to, const Args&... args) {
  absl::StrAppend(to, internal::ForAbsl(args)...);
}

// The longest whole-character prefix of valid UTF-8 that has at most `limit` bytes.
inline std::string_view CutUtf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return text.substr(0, end);
}

}  // namespace attune

#endif  // ATTUNE_BASE_STRINGS_H_
