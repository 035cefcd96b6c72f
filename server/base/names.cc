#include "base/names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

bool IsEdge(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsInner(char c) { return IsEdge(c) || c == '.' || c == '_' || c == '/' || c == '-'; }

// Levenshtein distance, one row at a time.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

absl::Status CheckName(std::string_view name, std::string_view field) {
  const auto bad = [&](std::string_view why) {
    return BadField("BAD_NAME", field,
                    StrCat("'", absl::CHexEscape(AbslView(name.substr(0, kMaxNameLength))), "' is not a name: ", why,
                           "; a name matches [a-z0-9]([a-z0-9._/-]{0,126}[a-z0-9])?"));
  };
  if (name.empty()) return BadField("BAD_NAME", field, "a name is required");
  if (name.size() > kMaxNameLength) return bad("it has more than 128 characters");
  if (!IsEdge(name.front()) || !IsEdge(name.back())) return bad("it must begin and end with a-z or 0-9");
  if (!std::all_of(name.begin(), name.end(), IsInner)) return bad("it has a character that is not allowed");
  return absl::OkStatus();
}

absl::StatusOr<Reference> ParseReference(std::string_view text, std::string_view field) {
  Reference reference;
  const size_t at = text.find('@');
  reference.name = text.substr(0, at);
  ATTUNE_RETURN_IF_ERROR(CheckName(reference.name, field));
  if (at == std::string_view::npos) return reference;
  const std::string_view selector = text.substr(at + 1);
  const bool numeric = !selector.empty() && std::all_of(selector.begin(), selector.end(), absl::ascii_isdigit);
  if (numeric) {
    if (!absl::SimpleAtoi(AbslView(selector), &reference.version) || reference.version < 1) {
      return BadField("BAD_VERSION", field,
                      StrCat("'", selector.substr(0, 32), "' is not a version; versions are 1, 2, 3 ..."));
    }
    return reference;
  }
  ATTUNE_RETURN_IF_ERROR(CheckName(selector, field));
  reference.alias = selector;
  return reference;
}

std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& known, size_t count) {
  std::vector<std::pair<size_t, std::string>> scored;
  const size_t limit = std::max<size_t>(2, name.size() / 3);
  for (const std::string& candidate : known) {
    const bool inside = candidate.find(name) != std::string::npos || name.find(candidate) != std::string_view::npos;
    const size_t distance = EditDistance(name, candidate);
    if (inside || distance <= limit) scored.emplace_back(distance, candidate);
  }
  std::sort(scored.begin(), scored.end());
  if (scored.size() > count) scored.resize(count);
  std::vector<std::string> nearest;
  for (auto& [distance, candidate] : scored) nearest.push_back(std::move(candidate));
  return nearest;
}

absl::Status NameNotFound(std::string_view reason, std::string_view kind, std::string_view name,
                          const std::vector<std::string>& known) {
  const std::string nearest = absl::StrJoin(NearestNames(name, known), ", ");
  return Error(absl::StatusCode::kNotFound, reason)
      .Message(StrCat("there is no ", kind, " '", name, "'",
                      nearest.empty() ? "" : StrCat("; the nearest names are: ", nearest)))
      .With(kind, name)
      .With("nearest", nearest);
}

}  // namespace attune
