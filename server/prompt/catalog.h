// The whole shelf at one revision: every prompt, alias and dataset, with all their history. An immutable snapshot,
// shared by pointer; a request takes one and sees nothing else. Because histories are kept, the shelf as it stood at
// any earlier revision is read from the latest snapshot (`at_revision`).
#ifndef ATTUNE_PROMPT_CATALOG_H_
#define ATTUNE_PROMPT_CATALOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dataset/dataset.h"
#include "prompt/compiled_prompt.h"

namespace attune {

inline constexpr std::string_view kDefaultName = "default";  // the prompt and the dataset that are always there
inline constexpr std::string_view kProductionAlias = "production";
inline constexpr std::string_view kLatestAlias = "latest";

// Where an alias pointed from `revision` on. version 0: it was removed.
struct AliasState {
  int64_t version = 0;
  int64_t canary_version = 0;
  double canary_share = 0;
  int64_t time_us = 0;
  int64_t revision = 0;
  std::string description;
};

// History of each alias of one prompt or dataset, oldest first.
using Aliases = std::map<std::string, std::vector<AliasState>, std::less<>>;

struct PromptVersion {
  int64_t version = 0;
  int64_t revision = 0;
  int64_t time_us = 0;
  std::string description;
  std::shared_ptr<const CompiledPrompt> prompt;
};

struct PromptHistory {
  std::vector<std::shared_ptr<const PromptVersion>> versions;  // version n at index n - 1
  Aliases aliases;
};

struct DatasetHistory {
  DatasetPtr dataset;
  Aliases aliases;
};

struct Catalog {
  int64_t revision = 0;
  std::map<std::string, std::shared_ptr<const PromptHistory>, std::less<>> prompts;
  std::map<std::string, std::shared_ptr<const DatasetHistory>, std::less<>> datasets;
};

using CatalogPtr = std::shared_ptr<const Catalog>;

// A reference resolved at a revision.
struct ResolvedPrompt {
  std::string name;
  std::shared_ptr<const PromptVersion> version;
};
struct ResolvedDataset {
  std::string name;
  DatasetView view;
};

// `reference`: "name", "name@7" or "name@alias"; empty: "default". `sticky_key` decides the side of a weighted alias.
// `at_revision` 0: now. Errors: INVALID_ARGUMENT (BAD_NAME, BAD_VERSION), NOT_FOUND (PROMPT_NOT_FOUND,
// DATASET_NOT_FOUND, VERSION_NOT_FOUND, ALIAS_NOT_FOUND), FAILED_PRECONDITION (VERSION_NOT_KEPT: a version of a dataset
// that is older than those that are kept now, at whichever revision).
absl::StatusOr<ResolvedPrompt> ResolvePrompt(const Catalog& catalog, std::string_view reference, int64_t at_revision,
                                             std::string_view sticky_key);
absl::StatusOr<ResolvedDataset> ResolveDataset(const Catalog& catalog, std::string_view reference, int64_t at_revision,
                                               std::string_view sticky_key);

// The state of an alias at a revision (0: now); nullptr if it was not there.
const AliasState* AliasAt(const Aliases& aliases, std::string_view name, int64_t at_revision);

// True if the key falls into the first `share` (0 to 1) of all keys: monotonous in `share`, so growing it moves users
// only one way. `salt` keeps different aliases independent.
bool InShare(std::string_view key, std::string_view salt, double share);

std::vector<std::string> PromptNames(const Catalog& catalog);
std::vector<std::string> DatasetNames(const Catalog& catalog);

}  // namespace attune

#endif  // ATTUNE_PROMPT_CATALOG_H_
