#include "dataset/columns.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "absl/strings/ascii.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr size_t kShownNames = 20;

using Names = std::vector<std::string>;
using Synonyms = std::initializer_list<std::string_view>;

const Synonyms kInputNames = {"prompt",   "question", "query",   "instruction", "input", "utterance",
                              "sentence", "user",     "message", "scenario",    "text"};
const Synonyms kOutputNames = {"completion", "answer",   "response", "reply", "output",
                               "intent",     "category", "label",    "class"};

// "Example-ID " is "example_id".
std::string PlainName(std::string_view name) {
  std::string plain = absl::AsciiStrToLower(absl::StripAsciiWhitespace(AbslView(name)));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return plain;
}

int Position(const Names& names, std::string_view wanted) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  return found == names.end() ? kNoColumn : static_cast<int>(found - names.begin());
}

class Finder {
 public:
  explicit Finder(const std::vector<RowCell>& cells) : cells_(cells) {
    for (const RowCell& cell : cells) plain_.push_back(PlainName(cell.name));
  }

  // The column that the settings name, or the first synonym that is there and not `taken`.
  int Find(const std::string& given, const Synonyms& synonyms, int taken = kNoColumn) const {
    if (given == kNoColumnName) return kNoColumn;
    if (!given.empty()) return FindGiven(given);
    for (const std::string_view synonym : synonyms) {
      const int at = Position(plain_, synonym);
      if (at != kNoColumn && at != taken) return at;
    }
    return kNoColumn;
  }

  int Plain(std::string_view name) const { return Position(plain_, name); }

  std::string List() const {
    std::string list;
    for (size_t i = 0; i < std::min(cells_.size(), kShownNames); ++i) {
      StrAppend(&list, i == 0 ? "" : ", ", Shown(cells_[i].name));
    }
    if (cells_.size() > kShownNames) StrAppend(&list, " and ", cells_.size() - kShownNames, " more");
    return list.empty() ? "none" : list;
  }

 private:
  int FindGiven(const std::string& given) const {
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i].name == given) return static_cast<int>(i);
    }
    return Position(plain_, PlainName(given));
  }

  const std::vector<RowCell>& cells_;
  Names plain_;
};

std::string Missing(std::string_view what, const std::string& given, const Finder& finder) {
  if (!given.empty()) return StrCat("no column is named ", Shown(given), ", the ", what, "; found: ", finder.List());
  return StrCat("no column is known to hold the ", what, "; found: ", finder.List(), ". Name it with ", what,
                "_column");
}

void FindOthers(const Finder& finder, const ImportSettings& settings, Columns& columns) {
  columns.label = finder.Find(settings.label_column, {"labels", "label"}, columns.output);
  columns.id = finder.Find(settings.id_column, {"id", "example_id"});
  columns.split = finder.Find(settings.split_column, {"split"});
  columns.weight = finder.Plain("weight");
  columns.variables = finder.Plain("variables");
  columns.metadata = finder.Plain("metadata");
}

}  // namespace

std::optional<Columns> FindColumns(const std::vector<RowCell>& cells, const ImportSettings& settings,
                                   std::string& cause) {
  const Finder finder(cells);
  Columns columns;
  columns.input = finder.Find(settings.input_column, kInputNames);
  if (columns.input == kNoColumn) {
    cause = Missing("input", settings.input_column, finder);
    return std::nullopt;
  }
  const bool guessed = settings.input_column.empty() && settings.output_column.empty();
  if (guessed && columns.input == finder.Plain("text") && finder.Plain("title") != kNoColumn) {
    cause = "'title' or 'text' may be the question; say which with input_column and output_column";
    return std::nullopt;
  }
  columns.output = finder.Find(settings.output_column, kOutputNames, columns.input);
  if (columns.output == kNoColumn && settings.output_column != kNoColumnName) {
    cause = Missing("output", settings.output_column, finder);
    return std::nullopt;
  }
  if (settings.input_column.empty() && columns.input == finder.Plain("instruction")) {
    columns.context = finder.Plain("input");
  }
  FindOthers(finder, settings, columns);
  return columns;
}

Columns FindFurtherColumns(const std::vector<RowCell>& cells, const ImportSettings& settings) {
  Columns columns;
  FindOthers(Finder(cells), settings, columns);
  return columns;
}

}  // namespace attune
