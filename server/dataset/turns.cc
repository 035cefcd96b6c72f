#include "dataset/turns.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/json_writer.h"
#include "base/strings.h"

namespace attune {
namespace {

using Names = std::initializer_list<std::string_view>;

const Names kSpeakerKeys = {"role", "speaker", "from", "author", "sender"};
const Names kTextKeys = {"content", "text", "value", "utterance", "message"};
const Names kUserNames = {"user", "customer", "human", "client", "caller", "visitor", "guest"};
const Names kAssistantNames = {"assistant", "agent", "bot", "gpt", "chatgpt", "model", "ai", "support", "operator"};
const Names kSystemNames = {"system", "developer"};
const Names kOtherNames = {"action", "tool", "function", "event", "note", "observation"};

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Side> SideOf(const std::string& speaker) {
  const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(speaker));
  if (Contains(kUserNames, name)) return Side::kUser;
  if (Contains(kAssistantNames, name)) return Side::kAssistant;
  if (Contains(kSystemNames, name)) return Side::kSystem;
  if (Contains(kOtherNames, name)) return Side::kOther;
  return std::nullopt;
}

RowCell* FindMember(JsonLevel& level, const Names& keys) {
  for (const std::string_view key : keys) {
    for (RowCell& member : level.members) {
      if (member.name == key) return &member;
    }
  }
  return nullptr;
}

bool ReadPart(const RowCell& part, std::string& text, ImportErrors& errors) {
  if (part.kind != CellKind::kObject) return errors.Add(part.at, "expected a part like {\"type\":\"text\"}"), false;
  auto level = ReadJsonCell(part, errors);
  if (!level.has_value()) return false;
  const RowCell* words = FindMember(*level, {"text"});
  if (words == nullptr || words->kind != CellKind::kText) {
    errors.Add(part.at, "this part of a message has no text; images and files are not understood");
    return false;
  }
  StrAppend(&text, text.empty() ? "" : "\n", words->text);
  return true;
}

bool ReadWords(RowCell& words, std::string& text, ImportErrors& errors) {
  if (words.kind == CellKind::kNull) return true;
  if (words.kind == CellKind::kText) return text = std::move(words.text), true;
  if (words.kind == CellKind::kObject) return errors.Add(words.at, "expected text, found an object"), false;
  const auto parts = ReadJsonCell(words, errors);
  return parts.has_value() && std::all_of(parts->members.begin(), parts->members.end(),
                                          [&](const RowCell& part) { return ReadPart(part, text, errors); });
}

bool IsPair(const JsonLevel& level) {
  return !level.is_object && level.members.size() == 2 && level.members[0].kind == CellKind::kText &&
         level.members[1].kind == CellKind::kText;
}

std::string_view RoleOf(const Turn& turn) {
  if (turn.side == Side::kUser) return "user";
  if (turn.side == Side::kAssistant) return "assistant";
  return turn.speaker;
}

}  // namespace

bool LooksLikeTurn(const JsonLevel& level) {
  if (!level.is_object) return IsPair(level);
  const auto has = [&](const Names& keys) {
    return std::any_of(level.members.begin(), level.members.end(),
                       [&](const RowCell& member) { return Contains(keys, member.name); });
  };
  return has(kSpeakerKeys) && has(kTextKeys);
}

std::optional<Turn> ReadTurn(JsonLevel level, const FilePosition& at, ImportErrors& errors) {
  const bool pair = IsPair(level);
  RowCell* speaker = pair ? &level.members[0] : FindMember(level, kSpeakerKeys);
  RowCell* words = pair ? &level.members[1] : FindMember(level, kTextKeys);
  if (speaker == nullptr || speaker->kind != CellKind::kText) {
    errors.Add(at, "the turn does not say who speaks; expected `role`, `speaker` or `from`, or a pair [speaker, text]");
    return std::nullopt;
  }
  Turn turn;
  turn.speaker = std::move(speaker->text);
  turn.at = at;
  const std::optional<Side> side = SideOf(turn.speaker);
  if (!side.has_value()) {
    errors.Add(speaker->at, StrCat("the speaker ", Shown(turn.speaker), " is not known; use user or assistant"));
    return std::nullopt;
  }
  turn.side = *side;
  if (words != nullptr && !ReadWords(*words, turn.text, errors)) return std::nullopt;
  return turn;
}

std::optional<std::vector<Turn>> ReadTurns(const std::vector<RowCell>& members, ImportErrors& errors) {
  std::vector<Turn> turns;
  for (const RowCell& member : members) {
    if (member.kind != CellKind::kObject && member.kind != CellKind::kArray) {
      errors.Add(member.at, "expected a turn: an object with `role` and `content`, or a pair [speaker, text]");
      return std::nullopt;
    }
    auto level = ReadJsonCell(member, errors);
    if (!level.has_value()) return std::nullopt;
    auto turn = ReadTurn(*std::move(level), member.at, errors);
    if (!turn.has_value()) return std::nullopt;
    turns.push_back(*std::move(turn));
  }
  return turns;
}

std::string TurnsToJson(const std::vector<Turn>& turns) {
  std::string text;
  JsonWriter json(text);
  json.BeginArray();
  for (const Turn& turn : turns) {
    json.BeginObject().Key("role").String(RoleOf(turn)).Key("content").String(turn.text).EndObject();
  }
  json.EndArray();
  return text;
}

}  // namespace attune
