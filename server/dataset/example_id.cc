#include "dataset/example_id.h"

#include "base/hash.h"
#include "base/strings.h"

namespace attune {

std::string MakeExampleId(const Example& example) {
  std::string content;
  // Each text after its size: no two examples run together into the same bytes.
  const auto add = [&content](const std::string& text) { StrAppend(&content, text.size(), ":", text); };
  add(example.input);
  for (const auto& [name, value] : example.variables) {
    add(name);
    add(value);
  }
  return HashHex(content);
}

}  // namespace attune
