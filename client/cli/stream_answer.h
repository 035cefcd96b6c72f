// A streamed answer, printed as it comes.
#ifndef ATTUNE_CLIENT_CLI_STREAM_ANSWER_H_
#define ATTUNE_CLIENT_CLI_STREAM_ANSWER_H_

#include "absl/status/statusor.h"
#include "attune/v1/attune.pb.h"
#include "client/cli/session.h"

namespace attune {

// Writes the text to stdout (with --json: each chunk as a line of JSON) and gives the whole as Ask would have. On a
// failure what came is on the screen, ended with a newline.
absl::StatusOr<v1::AskResponse> StreamAnswer(Session& session, const v1::AskRequest& request);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_STREAM_ANSWER_H_
