#include "dataset/example_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/analyzer.h"
#include "base/hash.h"
#include "base/strings.h"
#include "dataset/json_level.h"

namespace attune {
namespace {

bool IsEmpty(const RowCell& cell) { return cell.kind == CellKind::kNull || cell.text.empty(); }

// "key:value|key:value"; false, and nothing added, if it is anything else.
bool ReadPairs(std::string_view text, StringMap& metadata) {
  StringMap pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('|'));
    const size_t colon = pair.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    pairs.insert_or_assign(std::string(pair.substr(0, colon)), std::string(pair.substr(colon + 1)));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
  }
  metadata.merge(pairs);
  return true;
}

size_t FurtherBytes(const Example& example) {
  size_t bytes = 0;
  for (const StringMap* map : {&example.variables, &example.metadata}) {
    for (const auto& [key, value] : *map) bytes += key.size() + value.size();
  }
  return bytes;
}

}  // namespace

std::shared_ptr<Example> ExampleBuilder::Build(std::vector<RowCell>& cells, const Columns& columns) {
  auto example = std::make_shared<Example>();
  const auto cell = [&](int column) { return column == kNoColumn ? nullptr : &cells[column]; };
  if (!TakeTexts(cells, columns, *example) || !TakeSplit(cells, columns, *example)) return nullptr;
  if (RowCell* id = cell(columns.id); id != nullptr && !TakeId(*id, *example)) return nullptr;
  if (!TakeLabels(cell(columns.label), cells[columns.input], *example)) return nullptr;
  if (const RowCell* weight = cell(columns.weight); weight != nullptr && !TakeWeight(*weight, *example)) return nullptr;
  if (const RowCell* variables = cell(columns.variables);
      variables != nullptr && !TakeVariables(*variables, *example)) {
    return nullptr;
  }
  if (RowCell* metadata = cell(columns.metadata); metadata != nullptr && !TakeMetadata(*metadata, *example)) {
    return nullptr;
  }
  const int known[] = {columns.input, columns.output, columns.context,   columns.label,   columns.id,
                       columns.split, columns.weight, columns.variables, columns.metadata};
  for (size_t i = 0; i < cells.size(); ++i) {
    if (std::find(std::begin(known), std::end(known), static_cast<int>(i)) != std::end(known)) continue;
    if (!IsEmpty(cells[i])) example->metadata.try_emplace(cells[i].name, std::move(cells[i].text));
  }
  return CheckSizes(cells[columns.input], *example) ? example : nullptr;
}

bool ExampleBuilder::TakeTexts(std::vector<RowCell>& cells, const Columns& columns, Example& example) {
  RowCell& input = cells[columns.input];
  if (!TakeText(input, example.input)) return false;
  if (columns.context != kNoColumn) {
    std::string context;
    if (!TakeText(cells[columns.context], context)) return false;
    if (!context.empty()) StrAppend(&example.input, example.input.empty() ? "" : "\n\n", context);
  }
  if (example.input.empty()) return Bad(input, "the input is empty");
  return columns.output == kNoColumn || TakeText(cells[columns.output], example.output);
}

bool ExampleBuilder::TakeText(RowCell& cell, std::string& text) {
  if (cell.kind == CellKind::kArray || cell.kind == CellKind::kObject) {
    return Bad(cell, StrCat("expected text, found ", cell.kind == CellKind::kArray ? "an array" : "an object"));
  }
  text = std::move(cell.text);
  return true;
}

bool ExampleBuilder::TakeId(RowCell& cell, Example& example) {
  if (!TakeText(cell, example.id)) return false;
  if (example.id.size() <= kMaxExampleIdBytes) return true;
  return Bad(cell, StrCat("the id has ", example.id.size(), " bytes; the limit is ", kMaxExampleIdBytes));
}

bool ExampleBuilder::TakeSplit(const std::vector<RowCell>& cells, const Columns& columns, Example& example) {
  if (columns.split == kNoColumn || IsEmpty(cells[columns.split])) {
    example.split = InTestShare(example.input, settings_.test_share) ? Split::kTest : settings_.split;
    return true;
  }
  const RowCell& cell = cells[columns.split];
  const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(cell.text));
  for (const std::string_view train : {"train", "training"}) {
    if (name == train) return example.split = Split::kTrain, true;
  }
  for (const std::string_view test :
       {"test", "testing", "dev", "eval", "validation", "valid", "held out", "held_out"}) {
    if (name == test) return example.split = Split::kTest, true;
  }
  return Bad(cell, StrCat(Shown(cell.text), " is not a split; use train or test"));
}

bool ExampleBuilder::TakeLabels(const RowCell* cell, const RowCell& row, Example& example) {
  const auto add = [&](const std::string& label) {
    if (example.labels.size() > kMaxExampleLabels) return;  // one too many tells it; a search among more is slow
    const auto found = std::find(example.labels.begin(), example.labels.end(), label);
    if (!label.empty() && found == example.labels.end()) example.labels.push_back(label);
  };
  if (cell != nullptr && !IsEmpty(*cell)) {
    if (cell->kind == CellKind::kObject) return Bad(*cell, "expected a label or an array of labels, found an object");
    if (cell->text.front() == '[') {
      const auto level = ReadJsonCell(*cell, errors_);
      if (!level.has_value()) return false;
      for (const RowCell& label : level->members) {
        if (label.kind != CellKind::kText) return Bad(label, "a label is a text");
        add(label.text);
      }
    } else {
      add(cell->text);
    }
  }
  for (const std::string& label : settings_.labels) add(label);
  if (settings_.output_as_label) add(example.output);
  if (example.labels.size() <= kMaxExampleLabels) return true;
  return Bad(cell == nullptr ? row : *cell, StrCat("there are more than ", kMaxExampleLabels, " labels"));
}

bool ExampleBuilder::TakeWeight(const RowCell& cell, Example& example) {
  if (IsEmpty(cell)) return true;
  double weight = 0;
  if (cell.kind != CellKind::kText || !absl::SimpleAtod(cell.text, &weight) || !std::isfinite(weight) || weight < 0) {
    return Bad(cell, StrCat(Shown(cell.text), " is not a weight; a weight is a number that is not negative"));
  }
  if (weight > 0) example.weight = weight;
  return true;
}

bool ExampleBuilder::TakeVariables(const RowCell& cell, Example& example) {
  if (IsEmpty(cell)) return true;
  if (cell.kind == CellKind::kArray || cell.text.front() != '{')
    return Bad(cell, "expected a JSON object of variables");
  auto level = ReadJsonCell(cell, errors_);
  if (!level.has_value()) return false;
  for (RowCell& member : level->members) {
    if (member.kind != CellKind::kText)
      return Bad(member, StrCat("the variable ", Shown(member.name), " is not a text"));
    example.variables.insert_or_assign(std::move(member.name), std::move(member.text));
  }
  return true;
}

bool ExampleBuilder::TakeMetadata(RowCell& cell, Example& example) {
  if (IsEmpty(cell)) return true;
  const bool object = cell.kind == CellKind::kObject || (cell.kind == CellKind::kText && cell.text.front() == '{');
  if (!object) {
    if (cell.kind == CellKind::kText && ReadPairs(cell.text, example.metadata)) return true;
    example.metadata.insert_or_assign(cell.name, std::move(cell.text));
    return true;
  }
  auto level = ReadJsonCell(cell, errors_);
  if (!level.has_value()) return false;
  for (RowCell& member : level->members) {
    if (member.kind == CellKind::kNull) continue;
    example.metadata.insert_or_assign(std::move(member.name), std::move(member.text));
  }
  return true;
}

bool ExampleBuilder::CheckSizes(const RowCell& row, const Example& example) {
  const auto check = [&](std::string_view what, size_t bytes, size_t limit) {
    return bytes <= limit || Bad(row, StrCat("the ", what, " has ", bytes, " bytes; the limit is ", limit));
  };
  return check("input", example.input.size(), kMaxExampleTextBytes) &&
         check("output", example.output.size(), kMaxExampleTextBytes) &&
         check("row's metadata", FurtherBytes(example), kMaxExampleFurtherBytes);
}

bool ExampleBuilder::Bad(const RowCell& cell, std::string_view cause) {
  errors_.Add(cell.at, cause);
  return false;
}

bool InTestShare(std::string_view input, double share) {
  if (share <= 0) return false;
  const std::string plain = NormalizeText(input);
  constexpr double kHashes = 18446744073709551616.0;  // 2^64
  return static_cast<double>(Hash64(plain.empty() ? input : std::string_view(plain))) / kHashes < share;
}

}  // namespace attune
