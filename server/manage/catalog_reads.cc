#include "manage/catalog_reads.h"

#include <algorithm>

#include "base/error.h"
#include "base/names.h"
#include "manage/convert.h"
#include "manage/take_page.h"

namespace attune {
namespace {

absl::StatusOr<const PromptHistory*> FindPrompt(const Catalog& catalog, const std::string& name) {
  const auto found = catalog.prompts.find(name);
  if (found != catalog.prompts.end()) return found->second.get();
  ATTUNE_RETURN_IF_ERROR(CheckName(name, "prompt"));
  return NameNotFound("PROMPT_NOT_FOUND", "prompt", name, PromptNames(catalog));
}

absl::StatusOr<const Aliases*> FindAliases(const Catalog& catalog, const v1::GetAliasHistoryRequest& request) {
  if (!request.has_dataset()) {
    ATTUNE_ASSIGN_OR_RETURN(const PromptHistory* history, FindPrompt(catalog, request.prompt()));
    return &history->aliases;
  }
  const auto found = catalog.datasets.find(request.dataset());
  if (found != catalog.datasets.end()) return &found->second->aliases;
  ATTUNE_RETURN_IF_ERROR(CheckName(request.dataset(), "dataset"));
  return NameNotFound("DATASET_NOT_FOUND", "dataset", request.dataset(), DatasetNames(catalog));
}

void AddAliases(const Aliases& aliases, google::protobuf::RepeatedPtrField<v1::Alias>* out) {
  for (const auto& [name, history] : aliases) {
    if (const AliasState* state = AliasAt(aliases, name, 0)) *out->Add() = ToProto(name, *state);
  }
}

}  // namespace

absl::StatusOr<v1::Prompt> GetPrompt(const Catalog& catalog, const std::string& reference) {
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedPrompt resolved, ResolvePrompt(catalog, reference, 0, ""));
  return ToProto(resolved.name, *resolved.version);
}

v1::ListPromptsResponse ListPrompts(const Catalog& catalog, Page& page) {
  v1::ListPromptsResponse response;
  const auto count = static_cast<int64_t>(catalog.prompts.size());
  auto entry = std::next(catalog.prompts.begin(), std::min(page.from, count));
  TakePage(page, count, [&](int64_t) -> const v1::Prompt& {
    const auto& [name, history] = *entry++;
    return *response.add_prompts() = ToProto(name, *history->versions.back());
  });
  return response;
}

absl::StatusOr<v1::ListPromptVersionsResponse> ListPromptVersions(const Catalog& catalog, const std::string& name,
                                                                  Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const PromptHistory* history, FindPrompt(catalog, name));
  v1::ListPromptVersionsResponse response;
  const int64_t count = static_cast<int64_t>(history->versions.size());
  TakePage(page, count, [&](int64_t i) -> const v1::Prompt& {
    return *response.add_prompts() = ToProto(name, *history->versions[count - 1 - i]);
  });
  AddAliases(history->aliases, response.mutable_aliases());
  return response;
}

absl::StatusOr<v1::GetAliasHistoryResponse> GetAliasHistory(const Catalog& catalog,
                                                            const v1::GetAliasHistoryRequest& request, Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const Aliases* aliases, FindAliases(catalog, request));
  const auto found = aliases->find(request.alias());
  if (found == aliases->end()) {
    std::vector<std::string> known;
    for (const auto& [name, states] : *aliases) known.push_back(name);
    return NameNotFound("ALIAS_NOT_FOUND", "alias", request.alias(), known);
  }
  const std::vector<AliasState>& history = found->second;
  v1::GetAliasHistoryResponse response;
  const int64_t count = static_cast<int64_t>(history.size());
  TakePage(page, count, [&](int64_t i) -> const v1::Alias& {
    return *response.add_history() = ToProto(request.alias(), history[count - 1 - i]);
  });
  return response;
}

}  // namespace attune
