#include "dataset/transcript.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/strings.h"

namespace attune {
namespace {

using Names = std::initializer_list<std::string_view>;

const Names kTurnsKeys = {"turns",    "messages", "conversation", "conversations",
                          "dialogue", "dialog",   "original",     "utterances"};
const Names kIdKeys = {"id", "convo_id", "conversation_id", "dialogue_id"};
constexpr size_t kTurnOverheadBytes = 64;  // in JSON and in memory

const RowCell* FindMember(const JsonLevel& level, const Names& keys, CellKind kind) {
  for (const std::string_view key : keys) {
    for (const RowCell& member : level.members) {
      if (member.name == key && member.kind == kind) return &member;
    }
  }
  return nullptr;
}

// Turns of one speaker become one; turns without words, and those of nobody's side, do not part them.
std::vector<Turn> JoinTurns(std::vector<Turn> turns) {
  const bool has_assistant =
      std::any_of(turns.begin(), turns.end(), [](const Turn& turn) { return turn.side == Side::kAssistant; });
  std::vector<Turn> joined;
  size_t speaking = 0;  // the turn in `joined` that goes on, plus 1
  for (Turn& turn : turns) {
    if (turn.text.empty()) continue;
    if (turn.side == Side::kSystem && !has_assistant) turn.side = Side::kAssistant;
    const bool speaks = turn.side == Side::kUser || turn.side == Side::kAssistant;
    if (speaks && speaking > 0 && joined[speaking - 1].side == turn.side) {
      StrAppend(&joined[speaking - 1].text, "\n", turn.text);
      continue;
    }
    joined.push_back(std::move(turn));
    if (speaks) speaking = joined.size();
  }
  return joined;
}

// The latest turns before the question; `omitted`: how many there were before them.
std::vector<Turn> History(const std::vector<Turn>& turns, size_t question, size_t& omitted) {
  size_t begin = question, bytes = 0;
  while (begin > 0) {
    bytes += turns[begin - 1].text.size() + kTurnOverheadBytes;
    if (bytes > kMaxHistoryBytes) break;
    --begin;
  }
  omitted = begin;
  return {turns.begin() + static_cast<std::ptrdiff_t>(begin), turns.begin() + static_cast<std::ptrdiff_t>(question)};
}

}  // namespace

bool HasConversation(const JsonLevel& level) {
  const RowCell* turns = level.is_object ? FindMember(level, kTurnsKeys, CellKind::kArray) : nullptr;
  return turns != nullptr && turns->name != "messages";
}

void TranscriptReader::Take(JsonLevel row, const FilePosition& at) {
  if (row.is_object && FindMember(row, kTurnsKeys, CellKind::kArray) != nullptr) {
    TakeObject(std::move(row), at);
  } else if (LooksLikeTurn(row)) {
    TakeLooseTurn(std::move(row), at);
  } else if (row.is_object) {
    errors_.Add(at, "expected a conversation: an object with its `turns`, or an array of turns");
  } else if (auto turns = ReadTurns(row.members, errors_)) {
    AddExamples({.id = {}, .further = {}, .further_bytes = 0, .at = at}, *std::move(turns));
  }
}

void TranscriptReader::TakeObject(JsonLevel row, const FilePosition& at) {
  const RowCell* turns_cell = FindMember(row, kTurnsKeys, CellKind::kArray);
  const auto level = ReadJsonCell(*turns_cell, errors_);
  if (!level.has_value()) return;
  auto turns = ReadTurns(level->members, errors_);
  if (!turns.has_value()) return;
  const Names given = {settings_.id_column};
  const RowCell* id = FindMember(row, settings_.id_column.empty() ? kIdKeys : given, CellKind::kText);
  Conversation conversation{.id = id == nullptr ? "" : id->text, .further = {}, .further_bytes = 0, .at = at};
  for (RowCell& member : row.members) {
    const bool is_list = member.name == "labels" || member.name == "metadata";
    if (&member != id && &member != turns_cell && (member.kind == CellKind::kText || is_list)) {
      conversation.further_bytes += member.text.size();
      conversation.further.push_back(std::move(member));
    }
  }
  if (conversation.further.size() > kMaxConversationMembers) {
    return errors_.Add(at, StrCat("the conversation has more than ", kMaxConversationMembers, " further members"));
  }
  AddExamples(conversation, *std::move(turns));
}

void TranscriptReader::TakeLooseTurn(JsonLevel row, const FilePosition& at) {
  auto turn = ReadTurn(std::move(row), at, errors_);
  if (!turn.has_value()) return;
  loose_bytes_ += turn->text.size() + kTurnOverheadBytes;
  if (loose_bytes_ > kMaxImportRowBytes) {
    errors_.Add(at, StrCat("the conversation has more than ", kMaxImportRowBytes, " bytes up to here"), "TOO_LARGE");
    errors_.Stop();
    return;
  }
  loose_.push_back(*std::move(turn));
}

void TranscriptReader::End() {
  if (loose_.empty() || errors_.stopped()) return;
  const Conversation conversation{.id = {}, .further = {}, .further_bytes = 0, .at = loose_.front().at};
  AddExamples(conversation, std::move(loose_));
}

void TranscriptReader::AddExamples(const Conversation& conversation, std::vector<Turn> turns) {
  turns = JoinTurns(std::move(turns));
  int64_t number = 0;
  size_t question = 0;  // the turn of the open question, plus 1
  for (size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].side == Side::kUser) question = i + 1;
    if (turns[i].side != Side::kAssistant || question == 0) continue;
    AddExample(conversation, ++number, turns, question - 1, i);
    question = 0;
    if (errors_.stopped()) return;
  }
}

void TranscriptReader::AddExample(const Conversation& conversation, int64_t number, const std::vector<Turn>& turns,
                                  size_t question, size_t answer) {
  std::vector<RowCell> cells;
  const auto add = [&](std::string_view name, std::string text, const FilePosition& at) {
    cells.push_back({std::string(name), std::move(text), at, CellKind::kText});
    return static_cast<int>(cells.size()) - 1;
  };
  const FilePosition& at = turns[question].at;
  size_t omitted = 0;
  const std::vector<Turn> history = History(turns, question, omitted);
  std::string history_json = history.empty() ? "" : TurnsToJson(history);
  if (!CheckRepeats(history_json.size() + conversation.further_bytes, at)) return;
  if (!history.empty()) add("history", std::move(history_json), at);
  if (omitted > 0) add("history_omitted", StrCat(omitted), at);
  if (!conversation.id.empty()) add("conversation", conversation.id, conversation.at);
  cells.insert(cells.end(), conversation.further.begin(), conversation.further.end());
  Columns columns = FindFurtherColumns(cells, settings_);
  columns.id = conversation.id.empty() ? kNoColumn : add("", StrCat(conversation.id, "#", number), conversation.at);
  columns.input = add("", turns[question].text, at);
  columns.output = add("", turns[answer].text, turns[answer].at);
  if (auto example = builder_.Build(cells, columns)) collector_.Add(std::move(example), at);
}

bool TranscriptReader::CheckRepeats(size_t bytes, const FilePosition& at) {
  repeated_bytes_ += bytes;
  if (repeated_bytes_ <= kMaxImportedBytes) return true;
  errors_.Add(at,
              StrCat("what the examples up to here repeat of their conversations has more than ", kMaxImportedBytes,
                     " bytes; split the file"),
              "TOO_LARGE");
  errors_.Stop();
  return false;
}

}  // namespace attune
