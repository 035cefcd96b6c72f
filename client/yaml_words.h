// The words of the API's enums in YAML files.
#ifndef ATTUNE_CLIENT_YAML_WORDS_H_
#define ATTUNE_CLIENT_YAML_WORDS_H_

#include <optional>
#include <string>

#include "base/strings.h"
#include "base/yaml_map.h"
#include "client/enum_words.h"

namespace attune {

// As the readers of YamlMap: nothing where the key is absent or its word is none of the enum's.
template <typename E>
std::optional<E> ReadWord(YamlMap& map, const char* key) {
  const std::optional<std::string> text = map.String(key);
  if (!text.has_value()) return std::nullopt;
  const std::optional<E> value = ParseWord<E>(*text);
  if (!value.has_value()) map.Fail(key, StrCat("'", *text, "' is none of: ", AllWords<E>()));
  return value;
}

}  // namespace attune

#endif  // ATTUNE_CLIENT_YAML_WORDS_H_
