#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"
#include "manage/catalog_editor.h"
#include "manage/convert.h"
#include "manage/plan_dataset.h"
#include "manage/write_job.h"

namespace attune {
namespace {

absl::Status CheckUnique(absl::flat_hash_set<std::string>& seen, const std::string& id, std::string_view field) {
  if (seen.insert(id).second) return absl::OkStatus();
  return BadField("DUPLICATE_MUTATION", field, StrCat("example '", id, "' is changed twice in one update"));
}

absl::StatusOr<DatasetDelta> ReadMutations(const v1::UpdateDatasetRequest& request) {
  if (request.mutations_size() > kMaxMutations) {
    return BadField("TOO_LARGE", "mutations",
                    StrCat("has ", request.mutations_size(), " entries; the limit is ", kMaxMutations,
                           ": use ImportDataset for larger sets"));
  }
  DatasetDelta delta;
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < request.mutations_size(); ++i) {
    const v1::Mutation& mutation = request.mutations(i);
    const std::string field = StrCat("mutations[", i, "]");
    if (mutation.has_upsert()) {
      ATTUNE_ASSIGN_OR_RETURN(ExamplePtr example, ExampleFromProto(mutation.upsert(), StrCat(field, ".upsert")));
      ATTUNE_RETURN_IF_ERROR(CheckUnique(seen, example->id, StrCat(field, ".upsert.id")));
      delta.upserts.push_back(std::move(example));
    } else if (mutation.has_delete_id() && !mutation.delete_id().empty()) {
      ATTUNE_RETURN_IF_ERROR(CheckUnique(seen, mutation.delete_id(), StrCat(field, ".delete_id")));
      delta.deletes.push_back(mutation.delete_id());
    } else {
      return BadField("EMPTY_MUTATION", field, "has neither an upsert nor an id to delete");
    }
  }
  return delta;
}

absl::StatusOr<DatasetDelta> CheckUpdate(const v1::UpdateDatasetRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ATTUNE_RETURN_IF_ERROR(CheckDescription(request.description()));
  ATTUNE_RETURN_IF_ERROR(CheckName(request.dataset(), "dataset"));
  return ReadMutations(request);
}

// The model that the request's settings name, under its own name in place of an alias, must be there.
absl::Status ResolveSettings(const ProviderRegistry& providers, v1::UpdateDatasetRequest& request) {
  ATTUNE_RETURN_IF_ERROR(MergeSettings({}, request.settings(), "settings").status());
  const std::string& model = request.settings().embedding().model();
  if (model.empty()) return absl::OkStatus();
  const absl::StatusOr<ResolvedEmbedder> found = providers.ResolveEmbedder(model);
  if (!found.ok()) return AtField(found.status(), "settings.embedding.model");
  request.mutable_settings()->mutable_embedding()->set_model(found->name);
  return absl::OkStatus();
}

absl::StatusOr<WritePlan> PlanUpdate(const v1::UpdateDatasetRequest& request, const DatasetDelta& delta,
                                     const Catalog& catalog, const WriteSlot& slot) {
  std::optional<DatasetSettings> settings;
  if (request.has_settings()) {
    const DatasetPtr dataset = FindOrEmpty(catalog, request.dataset());
    ATTUNE_ASSIGN_OR_RETURN(settings,
                            MergeSettings(dataset->Settings(dataset->latest()), request.settings(), "settings"));
  }
  ATTUNE_ASSIGN_OR_RETURN(DatasetPlan planned, PlanDataset(catalog, slot,
                                                           {.dataset = request.dataset(),
                                                            .delta = delta,
                                                            .expected_version = ExpectedVersion(request),
                                                            .allow_missing = request.allow_missing(),
                                                            .description = request.description(),
                                                            .settings = std::move(settings)}));
  WritePlan plan{.commit = std::move(planned.commit), .answer = planned.response.SerializeAsString()};
  return plan;
}

}  // namespace

void CatalogEditor::UpdateDataset(const v1::UpdateDatasetRequest& original, Reply<v1::UpdateDatasetResponse> reply) {
  v1::UpdateDatasetRequest request = original;
  if (request.dataset().empty()) request.set_dataset(std::string(kDefaultName));
  auto delta = CheckUpdate(request);
  if (!delta.ok()) return reply(delta.status());
  std::string fingerprint = Fingerprint("UpdateDataset", request);  // with the model as it was named
  if (absl::Status bad = ResolveSettings(*providers_.Get(), request); !bad.ok()) return reply(bad);
  const size_t bytes = request.ByteSizeLong();
  request.clear_mutations();  // from here on they are in the delta
  writer_.Submit(
      {.request_id = request.request_id(),
       .fingerprint = std::move(fingerprint),
       .validate_only = request.validate_only(),
       .bytes = bytes,
       .plan = [request, delta = *std::move(delta)](
                   const Catalog& catalog, const WriteSlot& slot) { return PlanUpdate(request, delta, catalog, slot); },
       .done = DoneWith<v1::UpdateDatasetResponse>(std::move(reply))});
}

void CatalogEditor::RollbackDataset(const v1::RollbackDatasetRequest& request, Reply<v1::UpdateDatasetResponse> reply) {
  absl::Status status = CheckRequestId(request.request_id());
  if (status.ok()) status = CheckDescription(request.description());
  if (status.ok()) status = CheckName(request.dataset(), "dataset");
  if (status.ok() && request.version() < 1) status = BadField("BAD_VERSION", "version", "a version is 1, 2, 3 ...");
  if (!status.ok()) return reply(status);
  writer_.Submit({.request_id = request.request_id(),
                  .fingerprint = Fingerprint("RollbackDataset", request),
                  .bytes = request.ByteSizeLong(),
                  .plan = [request](const Catalog& catalog,
                                    const WriteSlot& slot) { return PlanRollback(request, catalog, slot); },
                  .done = DoneWith<v1::UpdateDatasetResponse>(std::move(reply))});
}

}  // namespace attune
