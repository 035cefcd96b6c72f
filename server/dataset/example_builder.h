// From the cells of a row to an example: every check of a row that does not depend on the format of its file.
//
//   labels     text: one label; a JSON array: several
//   split      train, training; test, testing, dev, eval, validation, valid, held out: TEST. Empty: not said
//   weight     a number, not negative; empty and 0: 1
//   variables  a JSON object of texts
//   metadata   a JSON object, or "key:value|key:value"; any other text is one entry under the column's name
//   the rest   metadata under their own names, nested JSON as its text; empty ones are left out
#ifndef ATTUNE_DATASET_EXAMPLE_BUILDER_H_
#define ATTUNE_DATASET_EXAMPLE_BUILDER_H_

#include <memory>
#include <vector>

#include "dataset/columns.h"
#include "dataset/importer.h"

namespace attune {

inline constexpr size_t kMaxExampleFurtherBytes = 1 << 20;  // variables and metadata of one example, together

class ExampleBuilder {
 public:
  // Both must outlive the builder.
  ExampleBuilder(const ImportSettings& settings, ImportErrors& errors) : settings_(settings), errors_(errors) {}

  // nullptr: an error was added. Moves the texts out of `cells`, of which `columns` tells the meaning.
  std::shared_ptr<Example> Build(std::vector<RowCell>& cells, const Columns& columns);

 private:
  bool TakeTexts(std::vector<RowCell>& cells, const Columns& columns, Example& example);
  bool TakeText(RowCell& cell, std::string& text);
  bool TakeId(RowCell& cell, Example& example);
  bool TakeSplit(const std::vector<RowCell>& cells, const Columns& columns, Example& example);
  // `row`: its place is named if there is no cell.
  bool TakeLabels(const RowCell* cell, const RowCell& row, Example& example);
  bool TakeWeight(const RowCell& cell, Example& example);
  bool TakeVariables(const RowCell& cell, Example& example);
  bool TakeMetadata(RowCell& cell, Example& example);
  bool CheckSizes(const RowCell& row, const Example& example);
  bool Bad(const RowCell& cell, std::string_view cause);

  const ImportSettings& settings_;
  ImportErrors& errors_;
};

// Whether a row that does not say its split belongs to TEST: the same inputs always do, up to case, accents and
// punctuation.
bool InTestShare(std::string_view input, double share);

}  // namespace attune

#endif  // ATTUNE_DATASET_EXAMPLE_BUILDER_H_
