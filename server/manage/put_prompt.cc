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

absl::StatusOr<WritePlan> PlanPutPrompt(const v1::PutPromptRequest& request, const CompiledPrompt& compiled,
                                        const Catalog& catalog, const WriteSlot& slot) {
  const std::string& name = request.prompt().name();
  const auto found = catalog.prompts.find(name);
  const PromptVersion* latest = found == catalog.prompts.end() ? nullptr : found->second->versions.back().get();
  const int64_t current = latest == nullptr ? 0 : latest->version;
  ATTUNE_RETURN_IF_ERROR(CheckExpectedVersion("prompt", name, ExpectedVersion(request), current));
  ATTUNE_RETURN_IF_ERROR(CheckDataset(catalog, compiled.content().few_shot));
  WritePlan plan;
  v1::PutPromptResponse response;
  if (latest != nullptr && latest->prompt->content() == compiled.content()) {
    *response.mutable_prompt() = ToProto(name, *latest);
    response.set_revision(catalog.revision);
  } else {
    v1::Prompt& stored = *plan.commit.emplace().mutable_prompt();
    stored = request.prompt();
    stored.set_version(current + 1);
    stored.clear_create_time();
    stored.clear_revision();
    *response.mutable_prompt() = stored;
    *response.mutable_prompt()->mutable_create_time() = ToTimestamp(slot.time_us);
    response.mutable_prompt()->set_revision(slot.revision);
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
                  .plan = [request, compiled = *std::move(compiled)](
                              const Catalog& catalog,
                              const WriteSlot& slot) { return PlanPutPrompt(request, *compiled, catalog, slot); },
                  .done = DoneWith<v1::PutPromptResponse>(std::move(reply))});
}

}  // namespace attune
