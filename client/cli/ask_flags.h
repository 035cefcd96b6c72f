// The flags that ask, chat and `prompt render` share: everything an AskRequest can say.
#ifndef ATTUNE_CLIENT_CLI_ASK_FLAGS_H_
#define ATTUNE_CLIENT_CLI_ASK_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/attune.pb.h"

namespace CLI {
class App;
}

namespace attune {

struct AskFlags {
  std::string prompt;
  std::vector<std::string> variables;  // name=value
  std::vector<std::string> labels;     // name=value
  std::string user;
  std::string request_id;
  int64_t at_revision = 0;
  double token_ratio = 0;
  int64_t min_revision = 0;
  std::optional<std::string> model;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<int32_t> max_tokens;
  std::optional<int32_t> shots;
  std::optional<int64_t> seed;
  std::vector<std::string> stop;
  bool fresh = false;  // no answer of the server's cache
  std::optional<int32_t> top_logprobs;
};

void AddAskFlags(CLI::App& command, AskFlags& flags);

// All but the question itself.
absl::StatusOr<v1::AskRequest> ToRequest(const AskFlags& flags);

// The words of a question as one text; without words, or for "-", what stands on stdin, unless that is a terminal.
absl::StatusOr<std::string> QuestionOf(const std::vector<std::string>& words, bool in_is_terminal);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_ASK_FLAGS_H_
