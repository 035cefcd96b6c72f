#include "tests/bench/end_to_end/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/json_writer.h"

namespace attune::bench {
namespace {

using Cells = std::array<std::string, 6>;

const Cells kTitles = {"what", "relay", "attuned", "unit", "ratio", "bar"};

std::string Number(double value) {
  char text[32];
  const int decimals = std::abs(value) >= 100 ? 0 : std::abs(value) >= 10 ? 1 : 2;
  std::snprintf(text, sizeof(text), "%.*f", decimals, value);
  return text;
}

Cells CellsOf(const ReportRow& row) {
  const std::optional<double> ratio = row.Ratio();
  return {row.name, row.reference ? Number(*row.reference) : "", Number(row.value),
          row.unit, ratio ? Number(*ratio) + "x" : "",           row.bar};
}

std::vector<Cells> AllCells(const std::vector<ReportRow>& rows) {
  std::vector<Cells> cells = {kTitles};
  for (const ReportRow& row : rows) cells.push_back(CellsOf(row));
  return cells;
}

// Words to the left, numbers to the right.
bool AlignsLeft(size_t column) { return column == 0 || column == 3 || column == 5; }

std::string Padded(const std::string& text, size_t width, bool left) {
  const std::string space(width - std::min(width, text.size()), ' ');
  return left ? text + space : space + text;
}

}  // namespace

std::optional<double> ReportRow::Ratio() const {
  if (ratio || !reference || *reference == 0) return ratio;
  return value / *reference;
}

std::string FormatTable(const std::vector<ReportRow>& rows) {
  const std::vector<Cells> cells = AllCells(rows);
  std::array<size_t, 6> widths{};
  for (const Cells& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string table;
  for (const Cells& line : cells) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) text += Padded(line[i], widths[i], AlignsLeft(i)) + "  ";
    table += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  return table;
}

std::string FormatMarkdown(const std::vector<ReportRow>& rows) {
  std::string table;
  bool first = true;
  for (const Cells& line : AllCells(rows)) {
    table += "|";
    for (const std::string& cell : line) table += " " + cell + " |";
    table += "\n";
    if (std::exchange(first, false)) table += "|---|---:|---:|---|---:|---|\n";
  }
  return table;
}

std::string FormatJson(const std::vector<ReportRow>& rows) {
  std::string text;
  JsonWriter json(text);
  json.BeginArray();
  for (const ReportRow& row : rows) {
    json.BeginObject().Key("name").String(row.name).Key("unit").String(row.unit).Key("attuned").Double(row.value);
    if (row.reference) json.Key("reference").Double(*row.reference);
    if (row.Ratio()) json.Key("ratio").Double(*row.Ratio());
    if (!row.bar.empty()) json.Key("bar").String(row.bar);
    json.EndObject();
  }
  json.EndArray();
  return text + "\n";
}

}  // namespace attune::bench
