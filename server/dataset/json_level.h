// One level of a JSON value, with the place of each part. What is nested deeper is checked and kept as its text, to be
// read with ReadJsonLevel in turn where someone wants it.
#ifndef ATTUNE_DATASET_JSON_LEVEL_H_
#define ATTUNE_DATASET_JSON_LEVEL_H_

#include <optional>
#include <string_view>
#include <vector>

#include "dataset/row_cell.h"

namespace attune {

inline constexpr size_t kMaxJsonDepth = 64;

struct JsonLevel {
  bool is_object = false;        // otherwise an array
  std::vector<RowCell> members;  // of an array: without names
};

// `at` is the place of the text's first byte. nullopt: an error was added; the whole text is checked, so an error may
// be deeper than this level. Keys that come twice at this level are an error.
std::optional<JsonLevel> ReadJsonLevel(std::string_view text, const FilePosition& at, ImportErrors& errors);

// A cell that holds JSON. In one that is a text (in quotes, with escapes), every part has the place of the cell: where
// it stands within cannot be told any more.
std::optional<JsonLevel> ReadJsonCell(const RowCell& cell, ImportErrors& errors);

}  // namespace attune

#endif  // ATTUNE_DATASET_JSON_LEVEL_H_
