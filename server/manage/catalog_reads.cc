#include "manage/catalog_reads.h"

#include <algorithm>

#include "base/error.h"
#include "base/names.h"
#include "manage/convert.h"

namespace attune {
namespace {

// Copies the page's part of a list of `count` entries; `add(index)` is called for each.
template <typename Add>
void TakePage(Page& page, int64_t count, Add add) {
  const int64_t end = std::min(count, page.from + page.size);
  for (int64_t i = page.from; i < end; ++i) add(i);
  page.next = end < count ? end : 0;
}

template <typename Map, typename Add>
void TakePageOfMap(Page& page, const Map& map, Add add) {
  auto entry = std::next(map.begin(), std::min<int64_t>(page.from, static_cast<int64_t>(map.size())));
  TakePage(page, static_cast<int64_t>(map.size()), [&](int64_t) {
    add(entry->first, *entry->second);
    ++entry;
  });
}

absl::StatusOr<const PromptHistory*> FindPrompt(const Catalog& catalog, const std::string& name) {
  const auto found = catalog.prompts.find(name);
  if (found != catalog.prompts.end()) return found->second.get();
  ATTUNE_RETURN_IF_ERROR(CheckName(name, "prompt"));
  return NameNotFound("PROMPT_NOT_FOUND", "prompt", name, PromptNames(catalog));
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
  TakePageOfMap(page, catalog.prompts, [&](const std::string& name, const PromptHistory& history) {
    *response.add_prompts() = ToProto(name, *history.versions.back());
  });
  return response;
}

absl::StatusOr<v1::ListPromptVersionsResponse> ListPromptVersions(const Catalog& catalog, const std::string& name,
                                                                  Page& page) {
  ATTUNE_ASSIGN_OR_RETURN(const PromptHistory* history, FindPrompt(catalog, name));
  v1::ListPromptVersionsResponse response;
  const int64_t count = static_cast<int64_t>(history->versions.size());
  TakePage(page, count, [&](int64_t i) { *response.add_prompts() = ToProto(name, *history->versions[count - 1 - i]); });
  AddAliases(history->aliases, response.mutable_aliases());
  return response;
}

absl::StatusOr<v1::GetAliasHistoryResponse> GetAliasHistory(const Catalog& catalog,
                                                            const v1::GetAliasHistoryRequest& request, Page& page) {
  const Aliases* aliases = nullptr;
  if (request.has_dataset()) {
    ATTUNE_RETURN_IF_ERROR(ResolveDataset(catalog, request.dataset(), 0, "").status());
    const auto found = catalog.datasets.find(request.dataset());
    if (found != catalog.datasets.end()) aliases = &found->second->aliases;
  } else {
    ATTUNE_ASSIGN_OR_RETURN(const PromptHistory* history, FindPrompt(catalog, request.prompt()));
    aliases = &history->aliases;
  }
  if (aliases == nullptr || !aliases->contains(request.alias())) {
    std::vector<std::string> known;
    if (aliases != nullptr) {
      for (const auto& [name, history] : *aliases) known.push_back(name);
    }
    return NameNotFound("ALIAS_NOT_FOUND", "alias", request.alias(), known);
  }
  const std::vector<AliasState>& history = aliases->find(request.alias())->second;
  v1::GetAliasHistoryResponse response;
  const int64_t count = static_cast<int64_t>(history.size());
  TakePage(page, count, [&](int64_t i) { *response.add_history() = ToProto(request.alias(), history[count - 1 - i]); });
  return response;
}

}  // namespace attune
