#include "dataset/json_reader.h"

#include <utility>

#include "base/strings.h"
#include "dataset/chat.h"

namespace attune {
namespace {

// The position of the member `messages`; the number of members if there is none.
size_t FindMessages(const JsonLevel& row) {
  size_t i = 0;
  while (i < row.members.size() && (row.members[i].name != "messages" || row.members[i].kind != CellKind::kArray)) ++i;
  return row.is_object ? i : row.members.size();
}

}  // namespace

JsonReader::JsonReader(JsonShape shape, const ImportSettings& settings, ImportErrors& errors,
                       ExampleCollector& collector)
    : shape_(shape),
      settings_(settings),
      errors_(errors),
      collector_(collector),
      format_(settings.format),
      cutter_(shape, errors),
      builder_(settings, errors),
      transcript_(settings, errors, collector) {}

void JsonReader::Take(std::string_view text) {
  cutter_.Take(text, [this](std::string_view row, const FilePosition& at) { ReadRow(row, at); });
}

void JsonReader::End() {
  cutter_.End([this](std::string_view row, const FilePosition& at) { ReadRow(row, at); });
  transcript_.End();
  CheckColumns();
}

void JsonReader::ReadRow(std::string_view row, const FilePosition& at) {
  auto level = ReadJsonLevel(row, at, errors_);
  if (!level.has_value()) {
    // What follows a broken array element cannot be told apart; nor can one object that is written over many lines.
    const bool first_line = format_ == FileFormat::kDetect && errors_.size() == 1;
    if (shape_ == JsonShape::kArray || (first_line && row.find('}') == std::string_view::npos)) errors_.Stop();
    return;
  }
  if (format_ == FileFormat::kDetect) format_ = Detect(*level);
  if (format_ == FileFormat::kTranscript) return transcript_.Take(*std::move(level), at);
  const size_t messages = FindMessages(*level);
  if (messages < level->members.size()) return ReadChat(*std::move(level), messages, at);
  if (format_ == FileFormat::kChatJsonl) return errors_.Add(at, "expected an object with an array `messages`");
  ReadPair(*std::move(level), at);
}

FileFormat JsonReader::Detect(const JsonLevel& row) const {
  const bool lines = shape_ == JsonShape::kLines;
  if (!row.is_object) return FileFormat::kTranscript;
  if (FindMessages(row) < row.members.size()) return lines ? FileFormat::kChatJsonl : FileFormat::kJson;
  std::string cause;
  const bool pair = FindColumns(row.members, settings_, cause).has_value();
  if (!pair && (HasConversation(row) || LooksLikeTurn(row))) return FileFormat::kTranscript;
  return lines ? FileFormat::kJsonl : FileFormat::kJson;
}

void JsonReader::ReadPair(JsonLevel row, const FilePosition& at) {
  if (!row.is_object) return errors_.Add(at, "expected an object with a prompt and a completion, found an array");
  std::string cause;
  const auto columns = FindColumns(row.members, settings_, cause);
  if (!columns.has_value()) return errors_.Add(at, cause);
  NoteColumns(*columns);
  if (auto example = builder_.Build(row.members, *columns)) collector_.Add(std::move(example), at);
}

void JsonReader::ReadChat(JsonLevel row, size_t messages, const FilePosition& at) {
  auto chat = attune::ReadChat(row.members[messages], errors_);
  if (!chat.has_value()) return;
  std::vector<RowCell>& cells = row.members;
  cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(messages));
  const auto add = [&](std::string_view name, std::string text, const FilePosition& place) {
    cells.push_back({std::string(name), std::move(text), place, CellKind::kText});
    return static_cast<int>(cells.size()) - 1;
  };
  Columns columns = FindFurtherColumns(cells, settings_);
  NoteColumns(columns);
  add("system", std::move(chat->system), at);
  if (!chat->history.empty()) add("history", TurnsToJson(chat->history), at);
  columns.input = add("", std::move(chat->question.text), chat->question.at);
  columns.output = add("", std::move(chat->answer.text), chat->answer.at);
  if (auto example = builder_.Build(cells, columns)) collector_.Add(std::move(example), at);
}

void JsonReader::NoteColumns(const Columns& columns) {
  has_label_ |= columns.label != kNoColumn;
  has_id_ |= columns.id != kNoColumn;
  has_split_ |= columns.split != kNoColumn;
}

// A row may lack a key that the settings name, but if every row does, it is the setting that is wrong.
void JsonReader::CheckColumns() {
  if (!errors_.empty() || collector_.rows() == 0 || format_ == FileFormat::kTranscript) return;
  const auto check = [&](bool found, const std::string& given, std::string_view option) {
    if (!found && !given.empty() && given != kNoColumnName) {
      errors_.Add({}, StrCat("no row has the key ", Shown(given), ", which ", option, " names"), "BAD_PARAMETER");
    }
  };
  check(has_label_, settings_.label_column, "label_column");
  check(has_id_, settings_.id_column, "id_column");
  check(has_split_, settings_.split_column, "split_column");
}

}  // namespace attune
