#include "manage/plan_dataset.h"

#include "base/error.h"
#include "base/strings.h"
#include "manage/convert.h"
#include "manage/write_job.h"

namespace attune {
namespace {

absl::Status MissingExamples(const std::string& dataset, const std::vector<std::string>& ids) {
  return Error(absl::StatusCode::kNotFound, "EXAMPLE_NOT_FOUND")
      .Message(StrCat("dataset '", dataset, "' has no example '", ids.front(), "'",
                      ids.size() > 1 ? StrCat(" (and ", ids.size() - 1, " more to delete are not there)") : "",
                      "; nothing was changed. allow_missing makes that no error"))
      .With("dataset", dataset)
      .With("example", ids.front())
      .With("missing", static_cast<int64_t>(ids.size()));
}

store::v1::Commit MakeCommit(const DatasetWrite& write, int64_t version, const DatasetChange& change) {
  store::v1::Commit commit;
  store::v1::DatasetChange& stored = *commit.mutable_dataset();
  stored.set_dataset(write.dataset);
  stored.set_version(version);
  stored.set_description(write.description);
  for (const auto* examples : {&change.updated, &change.added}) {
    for (const ExamplePtr& example : *examples) *stored.add_upserts() = ToProto(*example);
  }
  for (const std::string& id : change.deleted) stored.add_deletes(id);
  return commit;
}

}  // namespace

DatasetPtr FindOrEmpty(const Catalog& catalog, const std::string& name) {
  const auto found = catalog.datasets.find(name);
  return found == catalog.datasets.end() ? Dataset::Empty(name) : found->second->dataset;
}

absl::StatusOr<DatasetPlan> PlanDataset(const Catalog& catalog, const WriteSlot& slot, const DatasetWrite& write) {
  const DatasetPtr dataset = FindOrEmpty(catalog, write.dataset);
  ATTUNE_RETURN_IF_ERROR(CheckExpectedVersion("dataset", write.dataset, write.expected_version, dataset->latest()));
  const DatasetChange change = dataset->Preview(write.delta);
  if (!change.missing.empty() && !write.allow_missing) return MissingExamples(write.dataset, change.missing);
  DatasetPlan plan;
  plan.response.set_added(static_cast<int32_t>(change.added.size()));
  plan.response.set_updated(static_cast<int32_t>(change.updated.size()));
  plan.response.set_deleted(static_cast<int32_t>(change.deleted.size()));
  plan.response.set_unchanged(static_cast<int32_t>(change.unchanged + change.missing.size()));
  const bool new_settings = write.settings.has_value() && *write.settings != dataset->Settings(dataset->latest());
  const bool changes = new_settings || !change.added.empty() || !change.updated.empty() || !change.deleted.empty();
  plan.response.set_version(dataset->latest() + (changes ? 1 : 0));
  plan.response.set_revision(changes ? slot.revision : catalog.revision);
  if (changes) plan.commit = MakeCommit(write, dataset->latest() + 1, change);
  if (new_settings) *plan.commit->mutable_dataset()->mutable_settings() = ToProto(*write.settings);
  return plan;
}

absl::StatusOr<WritePlan> PlanRollback(const v1::RollbackDatasetRequest& request, const Catalog& catalog,
                                       const WriteSlot& slot) {
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedDataset old,
                          ResolveDataset(catalog, StrCat(request.dataset(), "@", request.version()), 0, ""));
  const Dataset& dataset = *old.view.dataset();
  const DatasetDelta delta = RollbackDelta(old.view.dataset(), request.version());
  DatasetSettings settings = dataset.Settings(request.version());
  settings.keep_versions = dataset.Settings(dataset.latest()).keep_versions;  // no part of what a version says
  ATTUNE_ASSIGN_OR_RETURN(
      DatasetPlan planned,
      PlanDataset(catalog, slot,
                  {.dataset = request.dataset(),
                   .delta = delta,
                   .expected_version = ExpectedVersion(request),
                   .description = request.description().empty() ? StrCat("Rolled back to version ", request.version())
                                                                : request.description(),
                   .settings = settings}));
  return WritePlan{.commit = std::move(planned.commit), .answer = planned.response.SerializeAsString()};
}

}  // namespace attune
