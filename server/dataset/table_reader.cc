#include "dataset/table_reader.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/strings.h"

namespace attune {

TableReader::TableReader(char delimiter, const ImportSettings& settings, ImportErrors& errors,
                         ExampleCollector& collector)
    : settings_(settings),
      errors_(errors),
      collector_(collector),
      csv_(delimiter, delimiter == '\t' && !settings.keep_escapes, errors),
      builder_(settings, errors) {}

void TableReader::Take(std::string_view text) {
  csv_.Take(text, [this](std::vector<CsvCell>& record, const FilePosition& end) { TakeRecord(record, end); });
}

void TableReader::End() {
  csv_.End([this](std::vector<CsvCell>& record, const FilePosition& end) { TakeRecord(record, end); });
}

void TableReader::TakeRecord(std::vector<CsvCell>& record, const FilePosition& end) {
  if (row_.empty()) return TakeHeader(record);
  if (record.size() != row_.size()) {
    const bool more = record.size() > row_.size();
    errors_.Add(more ? record[row_.size()].at : end,
                StrCat("the row has ", record.size(), record.size() == 1 ? " cell" : " cells", ", the header ",
                       row_.size(), "; quote a cell that holds a delimiter or a quote"));
    return;
  }
  for (size_t i = 0; i < record.size(); ++i) {
    row_[i].text = std::move(record[i].text);
    row_[i].at = record[i].at;
  }
  const FilePosition at = row_.front().at;
  if (auto example = builder_.Build(row_, columns_)) collector_.Add(std::move(example), at);
}

void TableReader::TakeHeader(std::vector<CsvCell>& record) {
  for (CsvCell& cell : record) row_.push_back({std::move(cell.text), {}, cell.at, CellKind::kText});
  std::string cause;
  const auto columns = FindColumns(row_, settings_, cause);
  if (!columns.has_value()) {
    errors_.Add(row_.front().at, cause);
    return errors_.Stop();
  }
  columns_ = *columns;
  if (!CheckHeader()) errors_.Stop();
}

bool TableReader::CheckHeader() {
  const auto missing = [&](int column, const std::string& given) {
    if (column != kNoColumn || given.empty() || given == kNoColumnName) return false;
    errors_.Add(row_.front().at, StrCat("no column is named ", Shown(given)));
    return true;
  };
  if (missing(columns_.label, settings_.label_column) || missing(columns_.id, settings_.id_column) ||
      missing(columns_.split, settings_.split_column)) {
    return false;
  }
  absl::flat_hash_set<std::string> names;
  for (size_t i = 0; i < row_.size(); ++i) {
    if (row_[i].name.empty()) row_[i].name = StrCat("column ", i + 1);
    if (names.insert(row_[i].name).second) continue;
    errors_.Add(row_[i].at, StrCat("two columns are named ", Shown(row_[i].name)));
    return false;
  }
  return true;
}

}  // namespace attune
