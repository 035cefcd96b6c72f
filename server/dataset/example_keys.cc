#include "dataset/example_keys.h"

#include "absl/strings/str_format.h"
#include "base/analyzer.h"
#include "base/hash.h"
#include "base/strings.h"
#include "dataset/example_id.h"

namespace attune {

std::string MakeVariantId(const Example& example) {
  std::string rest;
  // Each text after its size: no two examples run together into the same bytes.
  const auto add = [&rest](const std::string& text) { StrAppend(&rest, text.size(), ":", text); };
  add(example.output);
  for (const std::string& label : example.labels) add(label);
  for (const auto& [key, value] : example.metadata) {
    add(key);
    add(value);
  }
  StrAppend(&rest, example.labels.size(), ";", example.weight, ";", example.split == Split::kTest ? "test" : "train");
  return StrCat(MakeExampleId(example), absl::StrFormat("-%016x", Hash64(rest)));
}

DuplicateKey MakeDuplicateKey(std::string_view input, std::string_view output) {
  const std::string plain = NormalizeText(input);
  return {Hash64(plain.empty() ? input : plain), Hash64(output)};
}

}  // namespace attune
