#include "manage/apply_commit.h"

#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "manage/convert.h"

namespace attune {
namespace {

absl::Status BadCommit(int64_t revision, std::string_view cause) {
  return Error(absl::StatusCode::kDataLoss, "BAD_COMMIT")
      .Message(StrCat("commit ", revision, " does not fit the catalog: ", cause,
                      "; restore the store from a backup, or use the attuned that wrote it"))
      .With("revision", revision)
      .With("cause", cause);
}

// For a change: the history itself if only the draft holds it, else a copy in its place. So a replay of many versions
// copies nothing, and published snapshots never change.
template <typename History>
History& Own(std::shared_ptr<const History>& slot) {
  if (slot == nullptr) {
    slot = std::make_shared<History>();
  } else if (slot.use_count() != 1) {
    slot = std::make_shared<History>(*slot);
  }
  return const_cast<History&>(*slot);  // made above, or by an earlier call: never const
}

}  // namespace

CatalogPtr EmptyCatalog() {
  auto catalog = std::make_shared<Catalog>();
  auto history = std::make_shared<DatasetHistory>();
  history->dataset = Dataset::Empty(std::string(kDefaultName));
  catalog->datasets[std::string(kDefaultName)] = std::move(history);
  return catalog;
}

CatalogDraft::CatalogDraft(const CatalogPtr& base) : draft_(std::make_shared<Catalog>(*base)) {}

absl::Status CatalogDraft::Apply(int64_t revision, const store::v1::Commit& commit) {
  if (revision != draft_->revision + 1) {
    return BadCommit(revision, StrCat("the catalog stands at revision ", draft_->revision));
  }
  absl::Status status;
  switch (commit.change_case()) {
    case store::v1::Commit::kPrompt:
      status = ApplyPrompt(revision, commit);
      break;
    case store::v1::Commit::kDataset:
      status = ApplyDataset(revision, commit);
      break;
    case store::v1::Commit::kAlias:
      status = ApplyAlias(revision, commit.alias());
      break;
    case store::v1::Commit::CHANGE_NOT_SET:
      status = BadCommit(revision, "it was written by a newer Attune, whose changes this one does not know");
      break;
  }
  if (status.ok()) draft_->revision = revision;
  return status;
}

absl::Status CatalogDraft::ApplyPrompt(int64_t revision, const store::v1::Commit& commit) {
  ATTUNE_ASSIGN_OR_RETURN(PromptContent content, PromptFromProto(commit.prompt(), "prompt"));
  auto version = std::make_shared<PromptVersion>();
  ATTUNE_ASSIGN_OR_RETURN(version->prompt, CompiledPrompt::Compile(std::move(content)));
  version->version = commit.prompt().version();
  version->revision = revision;
  version->time_us = commit.time_us();
  version->description = commit.prompt().description();
  const std::string& name = commit.prompt().name();
  const auto found = draft_->prompts.find(name);
  const size_t versions = found == draft_->prompts.end() ? 0 : found->second->versions.size();
  if (version->version != static_cast<int64_t>(versions) + 1) {
    return BadCommit(revision, StrCat("prompt '", name, "' has ", versions, " versions"));
  }
  Own(draft_->prompts[name]).versions.push_back(std::move(version));
  return absl::OkStatus();
}

absl::Status CatalogDraft::ApplyDataset(int64_t revision, const store::v1::Commit& commit) {
  const store::v1::DatasetChange& change = commit.dataset();
  DatasetDelta delta;
  delta.upserts.reserve(change.upserts_size());
  for (const v1::Example& example : change.upserts()) {
    ATTUNE_ASSIGN_OR_RETURN(ExamplePtr upsert, ExampleFromProto(example, "example"));
    delta.upserts.push_back(std::move(upsert));
  }
  delta.deletes.assign(change.deletes().begin(), change.deletes().end());
  const auto found = draft_->datasets.find(change.dataset());
  const DatasetPtr base = found == draft_->datasets.end() ? Dataset::Empty(change.dataset()) : found->second->dataset;
  if (change.version() != base->latest() + 1) {
    return BadCommit(revision, StrCat("dataset '", change.dataset(), "' stands at version ", base->latest()));
  }
  DatasetVersion version;
  version.version = change.version();
  version.revision = revision;
  version.time_us = commit.time_us();
  version.description = change.description();
  if (change.has_settings()) {
    ATTUNE_ASSIGN_OR_RETURN(DatasetSettings settings, MergeSettings({}, change.settings(), "settings"));
    version.settings = std::make_shared<const DatasetSettings>(std::move(settings));
  }
  ATTUNE_ASSIGN_OR_RETURN(DatasetPtr next, Dataset::Apply(base, delta, std::move(version)));
  applied_.push_back(next);
  Own(draft_->datasets[change.dataset()]).dataset = std::move(next);
  return absl::OkStatus();
}

absl::Status CatalogDraft::ApplyAlias(int64_t revision, const store::v1::AliasChange& change) {
  AliasState state = AliasFromProto(change.alias());
  state.revision = revision;
  const auto add = [&](auto& histories) -> absl::Status {
    const auto found = histories.find(change.owner());
    if (found == histories.end()) return BadCommit(revision, StrCat("there is no '", change.owner(), "'"));
    Own(found->second).aliases[change.alias().name()].push_back(state);
    return absl::OkStatus();
  };
  return change.of_dataset() ? add(draft_->datasets) : add(draft_->prompts);
}

void CatalogDraft::Undo() {
  for (auto dataset = applied_.rbegin(); dataset != applied_.rend(); ++dataset) Dataset::Undo(*dataset);
  applied_.clear();
}

}  // namespace attune
