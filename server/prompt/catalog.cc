#include "prompt/catalog.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/strings.h"
#include "dataset/retention.h"

namespace attune {
namespace {

constexpr int64_t kNow = std::numeric_limits<int64_t>::max();

int64_t Until(int64_t at_revision) { return at_revision == 0 ? kNow : at_revision; }

absl::Status VersionNotFound(std::string_view kind, std::string_view name, int64_t version, int64_t latest) {
  return Error(absl::StatusCode::kNotFound, "VERSION_NOT_FOUND")
      .Message(StrCat(kind, " '", name, "' has no version ", version, "; its latest is ", latest))
      .With(kind, name)
      .With("version", version)
      .With("latest_version", latest);
}

absl::Status AliasNotFound(std::string_view kind, const Reference& reference, const Aliases& aliases) {
  std::vector<std::string> known = {std::string(kLatestAlias)};
  for (const auto& [name, history] : aliases) known.push_back(name);
  return WithMetadata(
      NameNotFound("ALIAS_NOT_FOUND", StrCat("alias of ", kind, " '", reference.name, "'"), reference.alias, known),
      "alias", reference.alias);
}

// The version that a reference means, before it is checked to exist.
absl::StatusOr<int64_t> PickVersion(std::string_view kind, const Reference& reference, const Aliases& aliases,
                                    int64_t latest, int64_t at_revision, std::string_view sticky_key) {
  if (reference.version != 0) return reference.version;
  if (reference.alias == kLatestAlias) return latest;
  const std::string_view alias = reference.alias.empty() ? kProductionAlias : std::string_view(reference.alias);
  const AliasState* state = AliasAt(aliases, alias, at_revision);
  if (state == nullptr) {
    if (reference.alias.empty()) return latest;
    return AliasNotFound(kind, reference, aliases);
  }
  const bool canary = state->canary_version != 0 &&
                      InShare(sticky_key, StrCat(kind, "/", reference.name, "/", alias), state->canary_share);
  return canary ? state->canary_version : state->version;
}

absl::StatusOr<Reference> ParseOrDefault(std::string_view reference, std::string_view field) {
  return ParseReference(reference.empty() ? kDefaultName : reference, field);
}

template <typename Map>
std::vector<std::string> Keys(const Map& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

int64_t LatestPrompt(const PromptHistory& history, int64_t at_revision) {
  const auto after = std::upper_bound(history.versions.begin(), history.versions.end(), Until(at_revision),
                                      [](int64_t revision, const auto& entry) { return revision < entry->revision; });
  return after - history.versions.begin();
}

}  // namespace

const AliasState* AliasAt(const Aliases& aliases, std::string_view name, int64_t at_revision) {
  const auto found = aliases.find(name);
  if (found == aliases.end()) return nullptr;
  const std::vector<AliasState>& history = found->second;
  const auto after =
      std::upper_bound(history.begin(), history.end(), Until(at_revision),
                       [](int64_t revision, const AliasState& state) { return revision < state.revision; });
  if (after == history.begin()) return nullptr;
  const AliasState& state = *(after - 1);
  return state.version == 0 ? nullptr : &state;
}

bool InShare(std::string_view key, std::string_view salt, double share) {
  // 53 bits: as many as a double holds exactly.
  const double place = static_cast<double>(Hash64(key, Hash64(salt)) >> 11) * 0x1.0p-53;
  return place < share;
}

absl::StatusOr<ResolvedPrompt> ResolvePrompt(const Catalog& catalog, std::string_view reference, int64_t at_revision,
                                             std::string_view sticky_key) {
  ATTUNE_ASSIGN_OR_RETURN(const Reference parsed, ParseOrDefault(reference, "prompt"));
  const auto found = catalog.prompts.find(parsed.name);
  const int64_t latest = found == catalog.prompts.end() ? 0 : LatestPrompt(*found->second, at_revision);
  if (latest == 0) return NameNotFound("PROMPT_NOT_FOUND", "prompt", parsed.name, PromptNames(catalog));
  const PromptHistory& history = *found->second;
  ATTUNE_ASSIGN_OR_RETURN(const int64_t version,
                          PickVersion("prompt", parsed, history.aliases, latest, at_revision, sticky_key));
  if (version > latest) return VersionNotFound("prompt", parsed.name, version, latest);
  return ResolvedPrompt{parsed.name, history.versions[version - 1]};
}

absl::StatusOr<ResolvedDataset> ResolveDataset(const Catalog& catalog, std::string_view reference, int64_t at_revision,
                                               std::string_view sticky_key) {
  ATTUNE_ASSIGN_OR_RETURN(const Reference parsed, ParseOrDefault(reference, "dataset"));
  const auto found = catalog.datasets.find(parsed.name);
  if (found == catalog.datasets.end()) {
    return NameNotFound("DATASET_NOT_FOUND", "dataset", parsed.name, DatasetNames(catalog));
  }
  const DatasetHistory& history = *found->second;
  const int64_t latest = history.dataset->VersionAtRevision(Until(at_revision));
  ATTUNE_ASSIGN_OR_RETURN(const int64_t version,
                          PickVersion("dataset", parsed, history.aliases, latest, at_revision, sticky_key));
  if (version > latest) return VersionNotFound("dataset", parsed.name, version, latest);
  // A dataset that came later was not there yet; only `default` exists from the beginning, empty.
  if (latest == 0 && parsed.name != kDefaultName) {
    return NameNotFound("DATASET_NOT_FOUND", "dataset", parsed.name, DatasetNames(catalog));
  }
  ATTUNE_RETURN_IF_ERROR(CheckKept(*history.dataset, version));
  return ResolvedDataset{parsed.name, DatasetView(history.dataset, version)};
}

std::vector<std::string> PromptNames(const Catalog& catalog) { return Keys(catalog.prompts); }
std::vector<std::string> DatasetNames(const Catalog& catalog) { return Keys(catalog.datasets); }

}  // namespace attune
