// Rows out of JSON text that arrives cut anywhere: the lines of JSONL, or the elements of one array. What is in a row
// is not judged here.
#ifndef ATTUNE_DATASET_JSON_ROW_CUTTER_H_
#define ATTUNE_DATASET_JSON_ROW_CUTTER_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "dataset/import_errors.h"

namespace attune {

enum class JsonShape { kLines, kArray };

// Not thread-safe.
class JsonRowCutter {
 public:
  // `at`: the place of the row's first byte.
  using OnRow = absl::FunctionRef<void(std::string_view row, const FilePosition& at)>;

  // `errors` must outlive the cutter.
  JsonRowCutter(JsonShape shape, ImportErrors& errors)
      : errors_(errors), state_(shape == JsonShape::kLines ? State::kLine : State::kBeforeArray) {}

  // Returns early when the errors say stop.
  void Take(std::string_view text, OnRow on_row);
  void End(OnRow on_row);

 private:
  enum class State { kLine, kBeforeArray, kBeforeElement, kInElement, kAfterArray };

  // Each takes some of the text and returns how much.
  size_t TakeLine(std::string_view text, OnRow on_row);
  size_t TakeSpace(std::string_view text);
  size_t TakeElement(std::string_view text, OnRow on_row);
  // Bytes up to the one that ends the element, or all.
  size_t ScanElement(std::string_view text);
  void Keep(std::string_view part);
  void EndRow(std::string_view rest, OnRow on_row);
  void TakeBracket(char c);
  void Fail(std::string_view cause, std::string_view reason = "BAD_ROW");

  ImportErrors& errors_;
  State state_;
  FilePosition at_;
  FilePosition row_at_;
  std::string row_;    // the part of a row that earlier pieces brought
  bool first_ = true;  // no element yet
  // Within an element.
  size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_JSON_ROW_CUTTER_H_
