// Files as test data: texts in, one line for each example out.
#ifndef ATTUNE_TESTS_DATASET_IMPORT_TEXT_H_
#define ATTUNE_TESTS_DATASET_IMPORT_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/example_id.h"
#include "dataset/example_keys.h"
#include "dataset/importer.h"

namespace attune {

// "input -> output id=i #label TEST x2 $variable=v key=value"; an id only if it is not made from the content.
inline std::string Render(const Example& example) {
  std::string line = StrCat(example.input, " -> ", example.output);
  if (example.id != MakeExampleId(example) && example.id != MakeVariantId(example))
    StrAppend(&line, " id=", example.id);
  for (const std::string& label : example.labels) StrAppend(&line, " #", label);
  if (example.split == Split::kTest) line += " TEST";
  if (example.weight != 1) StrAppend(&line, " x", example.weight);
  for (const auto& [key, value] : example.variables) StrAppend(&line, " $", key, "=", value);
  for (const auto& [key, value] : example.metadata) StrAppend(&line, " ", key, "=", value);
  return line;
}

inline std::vector<std::string> Render(const std::vector<ExamplePtr>& examples) {
  std::vector<std::string> lines;
  for (const ExamplePtr& example : examples) lines.push_back(Render(*example));
  return lines;
}

// In pieces of this size, each in memory of its own, so that the sanitizer sees views that outlive them.
inline absl::StatusOr<ImportedFile> ImportInPieces(std::string_view text, const ImportSettings& settings, size_t size) {
  ATTUNE_ASSIGN_OR_RETURN(Importer importer, Importer::Create(settings));
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, size);
    const std::vector<char> own(piece.begin(), piece.end());
    ATTUNE_RETURN_IF_ERROR(importer.Feed({own.data(), own.size()}));
    text.remove_prefix(piece.size());
  }
  return importer.Finish();
}

// Everything that a caller can see.
inline std::string Outcome(const absl::StatusOr<ImportedFile>& file) {
  if (!file.ok()) return StrCat(ErrorReason(file.status()), ": ", StdView(file.status().message()));
  std::string text = StrCat(FormatName(file->format), " ", file->rows, " ", file->duplicates, " ", file->escaped_cells);
  for (const ExamplePtr& example : file->examples) StrAppend(&text, "\n", example->id, " ", Render(*example));
  return text;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_DATASET_IMPORT_TEXT_H_
