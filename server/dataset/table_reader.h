// Examples out of CSV or TSV text that arrives cut anywhere. The first record names the columns (columns.h); each other
// one is a row with as many cells.
#ifndef ATTUNE_DATASET_TABLE_READER_H_
#define ATTUNE_DATASET_TABLE_READER_H_

#include <string_view>
#include <vector>

#include "dataset/csv_reader.h"
#include "dataset/example_builder.h"
#include "dataset/example_collector.h"

namespace attune {

class TableReader {
 public:
  // All must outlive the reader.
  TableReader(char delimiter, const ImportSettings& settings, ImportErrors& errors, ExampleCollector& collector);

  void Take(std::string_view text);
  void End();

  int64_t escaped_cells() const { return csv_.escaped_cells(); }

 private:
  void TakeRecord(std::vector<CsvCell>& record, const FilePosition& end);
  void TakeHeader(std::vector<CsvCell>& record);
  bool CheckHeader();

  const ImportSettings& settings_;
  ImportErrors& errors_;
  ExampleCollector& collector_;
  CsvReader csv_;
  ExampleBuilder builder_;
  std::vector<RowCell> row_;  // with the names of the columns; empty: the header is still to come
  Columns columns_;
};

}  // namespace attune

#endif  // ATTUNE_DATASET_TABLE_READER_H_
