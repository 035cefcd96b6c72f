// A table for people: aligned by display width; the elastic columns give way where the terminal is too narrow.
#ifndef ATTUNE_CLIENT_CLI_TABLE_H_
#define ATTUNE_CLIENT_CLI_TABLE_H_

#include <string>
#include <vector>

#include "client/cli/console.h"

namespace attune {

struct Column {
  std::string title;
  enum class Align { kLeft, kRight } align = Align::kLeft;
  bool elastic = false;  // may be shortened
};

inline Column Text(std::string title) { return {std::move(title), Column::Align::kLeft, false}; }
inline Column LongText(std::string title) { return {std::move(title), Column::Align::kLeft, true}; }
inline Column Number(std::string title) { return {std::move(title), Column::Align::kRight, false}; }

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // As many cells as there are columns. Cells are shown on one line each, without control characters.
  void Add(std::vector<std::string> cells);
  size_t rows() const { return rows_.size(); }

  // Lines with a newline each; at most `width` columns wide where the elastic columns allow it. 0: no limit.
  std::string Format(size_t width) const;

 private:
  std::vector<size_t> Widths(size_t limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// The table on `console.out`, its title line in bold; shortened on a terminal only. An empty one says `if_empty`.
void Print(const Console& console, const Table& table, const std::string& if_empty);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_TABLE_H_
