#include "base/names.h"
#include "base/strings.h"
#include "manage/catalog_editor.h"
#include "manage/convert.h"
#include "manage/write_job.h"

namespace attune {
namespace {

// The dataset that a prompt names must be there: a misspelt name is found now, not by the first user.
absl::Status CheckDataset(const Catalog& catalog, const FewShot& few_shot) {
  if (few_shot.dataset.empty()) return absl::OkStatus();
  return ResolveDataset(catalog, few_shot.dataset, 0, "").status();
}

absl::StatusOr<WritePlan> PlanPutPrompt(const v1::PutPromptRequest& request,
                                        const std::shared_ptr<const CompiledPrompt>& compiled, const Catalog& catalog,
                                        const WriteSlot& slot) {
  const std::string& name = request.prompt().name();
  const auto found = catalog.prompts.find(name);
  const PromptVersion* latest = found == catalog.prompts.end() ? nullptr : found->second->versions.back().get();
  const int64_t current = latest == nullptr ? 0 : latest->version;
  ATTUNE_RETURN_IF_ERROR(CheckExpectedVersion("prompt", name, ExpectedVersion(request), current));
  ATTUNE_RETURN_IF_ERROR(CheckDataset(catalog, compiled->content().few_shot));
  WritePlan plan;
  v1::PutPromptResponse response;
  if (latest != nullptr && latest->prompt->content() == compiled->content()) {
    *response.mutable_prompt() = ToProto(name, *latest);
    response.set_revision(catalog.revision);
  } else {
    // Stored with every default written out: a later release may choose others, and this version must not change.
    const PromptVersion next{.version = current + 1,
                             .revision = slot.revision,
                             .time_us = slot.time_us,
                             .description = request.prompt().description(),
                             .prompt = compiled};
    *plan.commit.emplace().mutable_prompt() = ToProto(name, next);
    *response.mutable_prompt() = plan.commit->prompt();
    response.set_created(true);
    response.set_revision(slot.revision);
  }
  plan.answer = response.SerializeAsString();
  return plan;
}

absl::StatusOr<std::shared_ptr<const CompiledPrompt>> CheckPutPrompt(const v1::PutPromptRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ATTUNE_RETURN_IF_ERROR(CheckName(request.prompt().name(), "prompt.name"));
  ATTUNE_RETURN_IF_ERROR(CheckDescription(request.prompt().description()));
  ATTUNE_ASSIGN_OR_RETURN(PromptContent content, PromptFromProto(request.prompt(), "prompt"));
  return CompiledPrompt::Compile(std::move(content));
}

}  // namespace

void CatalogEditor::PutPrompt(const v1::PutPromptRequest& request, Reply<v1::PutPromptResponse> reply) {
  auto compiled = CheckPutPrompt(request);
  if (!compiled.ok()) return reply(compiled.status());
  writer_.Submit({.request_id = request.request_id(),
                  .fingerprint = Fingerprint("PutPrompt", request),
                  .validate_only = request.validate_only(),
                  .bytes = request.ByteSizeLong(),
                  .plan = [request, compiled = *std::move(compiled)](
                              const Catalog& catalog,
                              const WriteSlot& slot) { return PlanPutPrompt(request, compiled, catalog, slot); },
                  .done = DoneWith<v1::PutPromptResponse>(std::move(reply))});
}

}  // namespace attune
