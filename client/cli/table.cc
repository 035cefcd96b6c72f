#include "client/cli/table.h"

#include <algorithm>
#include <utility>

#include "client/cli/text_width.h"

namespace attune {
namespace {

constexpr size_t kGap = 2;               // columns between two cells
constexpr size_t kNarrowestElastic = 8;  // an elastic column keeps at least so many

void AppendPadded(std::string& line, const std::string& cell, size_t width, Column::Align align) {
  const std::string shown = Shorten(cell, width);
  const std::string padding(width - DisplayWidth(shown), ' ');
  line += align == Column::Align::kRight ? padding + shown : shown + padding;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = OneLine(cell);
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Widths(size_t limit) const {
  std::vector<size_t> widths;
  size_t total = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i]));
    widths.push_back(width);
    total += width + (i == 0 ? 0 : kGap);
  }
  while (limit > 0 && total > limit) {  // the widest elastic column gives one column at a time
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].elastic || widths[i] <= kNarrowestElastic) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::Format(size_t width) const {
  const std::vector<size_t> widths = Widths(width);
  std::string out;
  const auto append = [&](auto cell_of) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      AppendPadded(line, cell_of(i), widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  append([this](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) append([&row](size_t i) { return row[i]; });
  return out;
}

void Print(const Console& console, const Table& table, const std::string& if_empty) {
  if (table.rows() == 0) {
    console.err << console.OnErr(if_empty, Style::kDim) << "\n";
    return;
  }
  const std::string text = table.Format(console.out_is_terminal ? console.width : 0);
  const size_t title_end = text.find('\n');
  console.out << console.OnOut(text.substr(0, title_end), Style::kBold) << text.substr(title_end);
}

}  // namespace attune
