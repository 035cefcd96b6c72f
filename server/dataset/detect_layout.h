// How the text of a file is laid out, told by its first bytes.
#ifndef ATTUNE_DATASET_DETECT_LAYOUT_H_
#define ATTUNE_DATASET_DETECT_LAYOUT_H_

#include <optional>
#include <string_view>

#include "dataset/file_format.h"
#include "dataset/json_row_cutter.h"

namespace attune {

inline constexpr size_t kMaxDetectBytes = 64 << 10;  // more are not looked at

struct FileLayout {
  char delimiter = 0;  // of a table; 0: JSON
  JsonShape shape = JsonShape::kLines;
};

// By the format, if one is given. Otherwise "[" begins an array, "{" JSON lines, and anything else the header of a
// table whose delimiter is the tab, comma or semicolon that it has most of (CSV may be either of the last two).
// nullopt: more text is needed, which is never so when it is `complete`.
std::optional<FileLayout> DetectLayout(FileFormat format, std::string_view text, bool complete);

}  // namespace attune

#endif  // ATTUNE_DATASET_DETECT_LAYOUT_H_
