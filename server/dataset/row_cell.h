// One named value of a row, whatever the format: a cell of a table or a member of a JSON object.
#ifndef ATTUNE_DATASET_ROW_CELL_H_
#define ATTUNE_DATASET_ROW_CELL_H_

#include <string>

#include "dataset/import_errors.h"

namespace attune {

enum class CellKind { kText, kNull, kArray, kObject };

struct RowCell {
  std::string name;
  std::string text;  // kText: the value, numbers and booleans as they are written; kArray, kObject: their JSON
  FilePosition at;   // where the value begins
  CellKind kind = CellKind::kText;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_ROW_CELL_H_
