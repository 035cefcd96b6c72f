#include "client/cli/move_alias.h"

#include <algorithm>

#include "base/error.h"

namespace attune {
namespace {

using AliasList = google::protobuf::RepeatedPtrField<v1::Alias>;

absl::StatusOr<AliasList> AliasesOf(Session& session, const v1::SetAliasRequest& request) {
  if (request.has_prompt()) {
    v1::ListPromptVersionsRequest list;
    list.set_prompt(request.prompt());
    list.set_page_size(1);
    ATTUNE_ASSIGN_OR_RETURN(const v1::ListPromptVersionsResponse versions, session.client().ListPromptVersions(list));
    return versions.aliases();
  }
  v1::GetDatasetRequest get;
  get.set_dataset(request.dataset());
  ATTUNE_ASSIGN_OR_RETURN(const v1::Dataset dataset, session.client().GetDataset(get));
  return dataset.aliases();
}

}  // namespace

absl::StatusOr<bool> MoveAlias(Session& session, const v1::SetAliasRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const AliasList aliases, AliasesOf(session, request));
  const bool there = std::any_of(aliases.begin(), aliases.end(), [&](const v1::Alias& alias) {
    return alias.name() == request.alias() && alias.version() == request.version() &&
           alias.canary_version() == request.canary_version() && alias.canary_share() == request.canary_share();
  });
  if (there) return false;
  ATTUNE_RETURN_IF_ERROR(session.client().SetAlias(request).status());
  return true;
}

}  // namespace attune
