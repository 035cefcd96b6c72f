// Prompts of files into the server: `prompt put`, and a part of `apply`.
#ifndef ATTUNE_CLIENT_CLI_PUT_PROMPT_H_
#define ATTUNE_CLIENT_CLI_PUT_PROMPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "client/cli/session.h"
#include "client/prompt_file.h"

namespace attune {

struct PutFlags {
  std::string name;  // in place of the file's
  std::optional<int64_t> expected_version;
  std::string request_id;
  bool dry_run = false;
};

// Checks all files, first here and then at the server, before it writes the first.
absl::Status PutPromptFiles(Session& session, const std::vector<std::string>& files, const PutFlags& flags);

// Points `alias` of the prompt to the version unless it does so already; true if it was moved.
absl::StatusOr<bool> MovePromptAlias(Session& session, const std::string& prompt, const std::string& alias,
                                     int64_t version);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_PUT_PROMPT_H_
