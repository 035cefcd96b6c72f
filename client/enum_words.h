// Enums of the API as people write them: LEXICAL is "lexical", BEST_LAST is "best_last" or "best-last".
#ifndef ATTUNE_CLIENT_ENUM_WORDS_H_
#define ATTUNE_CLIENT_ENUM_WORDS_H_

#include <google/protobuf/generated_enum_reflection.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace attune {

// The value 0 says "not set" in every enum of the API and has no word.
template <typename E>
std::optional<E> ParseWord(std::string_view word) {
  std::string name(word);
  for (char& c : name) c = c == '-' ? '_' : absl::ascii_toupper(c);
  const auto* value = google::protobuf::GetEnumDescriptor<E>()->FindValueByName(name);
  if (value == nullptr || value->number() == 0) return std::nullopt;
  return static_cast<E>(value->number());
}

// Empty for the value 0.
template <typename E>
std::string WordOf(E value) {
  const auto* known = google::protobuf::GetEnumDescriptor<E>()->FindValueByNumber(value);
  if (known == nullptr || known->number() == 0) return "";
  return absl::AsciiStrToLower(known->name());
}

// "fixed, random, lexical": for error messages and help.
template <typename E>
std::string AllWords() {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<E>();
  std::string words;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() == 0) continue;
    if (!words.empty()) words += ", ";
    words += absl::AsciiStrToLower(descriptor->value(i)->name());
  }
  return words;
}

}  // namespace attune

#endif  // ATTUNE_CLIENT_ENUM_WORDS_H_
