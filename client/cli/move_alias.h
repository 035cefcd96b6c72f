// Aliases that files describe: moved only where they do not point there already, so that a second apply writes nothing.
#ifndef ATTUNE_CLIENT_CLI_MOVE_ALIAS_H_
#define ATTUNE_CLIENT_CLI_MOVE_ALIAS_H_

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "client/cli/session.h"

namespace attune {

// True if it was moved.
absl::StatusOr<bool> MoveAlias(Session& session, const v1::SetAliasRequest& request);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_MOVE_ALIAS_H_
