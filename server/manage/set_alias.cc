#include <cmath>

#include "base/names.h"
#include "base/strings.h"
#include "dataset/retention.h"
#include "manage/catalog_editor.h"
#include "manage/convert.h"
#include "manage/write_job.h"

namespace attune {
namespace {

absl::Status CheckSetAlias(const v1::SetAliasRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ATTUNE_RETURN_IF_ERROR(CheckDescription(request.description()));
  if (request.target_case() == v1::SetAliasRequest::TARGET_NOT_SET) {
    return BadField("BAD_NAME", "prompt", "name the prompt or the dataset whose alias is to be set");
  }
  ATTUNE_RETURN_IF_ERROR(request.has_dataset() ? CheckName(request.dataset(), "dataset")
                                               : CheckName(request.prompt(), "prompt"));
  ATTUNE_RETURN_IF_ERROR(CheckName(request.alias(), "alias"));
  if (request.alias() == kLatestAlias) {
    return BadField("RESERVED_ALIAS", "alias", "`latest` always names the latest version and cannot be set");
  }
  if (request.alias().find_first_not_of("0123456789") == std::string::npos) {
    return BadField("BAD_NAME", "alias", "an alias made of digits alone could not be told from a version");
  }
  if (request.version() < 0) return BadField("BAD_VERSION", "version", "a version is 1, 2, 3 ...; 0 removes the alias");
  if (request.canary_version() < 0) return BadField("BAD_VERSION", "canary_version", "a version is 1, 2, 3 ...");
  if (request.version() == 0 && request.canary_version() != 0) {
    return BadField("BAD_VERSION", "canary_version", "an alias that is removed has no second version");
  }
  const double share = request.canary_share();
  if (!std::isfinite(share) || share < 0 || share > 1) {
    return BadField("BAD_WEIGHT", "canary_share", "a share is between 0 and 1");
  }
  if (request.canary_version() == 0 && share != 0) {
    return BadField("BAD_VERSION", "canary_version", "a share needs a version that gets it");
  }
  return absl::OkStatus();
}

struct Target {
  int64_t latest = 0;
  const Aliases* aliases = nullptr;
  const Dataset* dataset = nullptr;  // null: a prompt's
};

absl::StatusOr<Target> FindTarget(const v1::SetAliasRequest& request, const Catalog& catalog) {
  if (request.has_dataset()) {
    const auto found = catalog.datasets.find(request.dataset());
    if (found == catalog.datasets.end()) {
      return NameNotFound("DATASET_NOT_FOUND", "dataset", request.dataset(), DatasetNames(catalog));
    }
    return Target{found->second->dataset->latest(), &found->second->aliases, found->second->dataset.get()};
  }
  const auto found = catalog.prompts.find(request.prompt());
  if (found == catalog.prompts.end()) {
    return NameNotFound("PROMPT_NOT_FOUND", "prompt", request.prompt(), PromptNames(catalog));
  }
  return Target{static_cast<int64_t>(found->second->versions.size()), &found->second->aliases};
}

absl::Status CheckVersions(const v1::SetAliasRequest& request, const Target& target) {
  for (const int64_t version : {request.version(), request.canary_version()}) {
    if (version <= target.latest) {
      if (target.dataset != nullptr) ATTUNE_RETURN_IF_ERROR(CheckKept(*target.dataset, version));
      continue;
    }
    return Error(absl::StatusCode::kNotFound, "VERSION_NOT_FOUND")
        .Message(StrCat("there is no version ", version, "; the latest is ", target.latest))
        .With("version", version)
        .With("latest_version", target.latest);
  }
  return absl::OkStatus();
}

absl::Status CheckExpected(const v1::SetAliasRequest& request, int64_t current) {
  if (!request.has_expected() || request.expected() == current) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, "ALIAS_MISMATCH")
      .Message(StrCat("alias '", request.alias(), "' points to version ", current, ", not ", request.expected(),
                      ": someone moved it; read it again and decide anew"))
      .With("alias", request.alias())
      .With("expected_version", request.expected())
      .With("current_version", current);
}

absl::StatusOr<WritePlan> PlanSetAlias(const v1::SetAliasRequest& request, const Catalog& catalog,
                                       const WriteSlot& slot) {
  ATTUNE_ASSIGN_OR_RETURN(const Target target, FindTarget(request, catalog));
  ATTUNE_RETURN_IF_ERROR(CheckVersions(request, target));
  const AliasState* current = AliasAt(*target.aliases, request.alias(), 0);
  ATTUNE_RETURN_IF_ERROR(CheckExpected(request, current == nullptr ? 0 : current->version));
  AliasState next{.version = request.version(),
                  .canary_version = request.canary_version(),
                  .canary_share = request.canary_share(),
                  .time_us = slot.time_us,
                  .revision = slot.revision,
                  .description = request.description()};
  const AliasState absent;
  const AliasState& before = current == nullptr ? absent : *current;
  const bool unchanged = before.version == next.version && before.canary_version == next.canary_version &&
                         before.canary_share == next.canary_share;
  WritePlan plan;
  v1::SetAliasResponse response;
  *response.mutable_alias() = ToProto(request.alias(), unchanged ? before : next);
  response.set_revision(unchanged ? catalog.revision : slot.revision);
  if (!unchanged) {
    store::v1::AliasChange& change = *plan.commit.emplace().mutable_alias();
    change.set_of_dataset(request.has_dataset());
    change.set_owner(request.has_dataset() ? request.dataset() : request.prompt());
    *change.mutable_alias() = response.alias();
  }
  plan.answer = response.SerializeAsString();
  return plan;
}

}  // namespace

void CatalogEditor::SetAlias(const v1::SetAliasRequest& request, Reply<v1::SetAliasResponse> reply) {
  if (absl::Status status = CheckSetAlias(request); !status.ok()) return reply(status);
  writer_.Submit({.request_id = request.request_id(),
                  .fingerprint = Fingerprint("SetAlias", request),
                  .bytes = request.ByteSizeLong(),
                  .plan = [request](const Catalog& catalog,
                                    const WriteSlot& slot) { return PlanSetAlias(request, catalog, slot); },
                  .done = DoneWith<v1::SetAliasResponse>(std::move(reply))});
}

}  // namespace attune
