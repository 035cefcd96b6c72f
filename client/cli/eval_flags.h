// The flags of `attune eval`, and the request they make.
#ifndef ATTUNE_CLIENT_CLI_EVAL_FLAGS_H_
#define ATTUNE_CLIENT_CLI_EVAL_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "attune/v1/evaluations.pb.h"
#include "client/cli/case_file.h"

namespace CLI {
class App;
}

namespace attune {

struct EvalFlags {
  std::string dataset;
  CaseFileFlags cases;
  std::vector<std::string> prompts;
  std::vector<std::string> models;
  std::vector<double> temperatures;
  std::vector<int32_t> max_tokens;
  std::vector<int32_t> shots;
  std::vector<std::string> strategies;
  std::vector<std::string> choices;
  std::vector<std::string> metrics;
  int32_t repeats = 1;
  int32_t concurrency = 16;
  int32_t max_cases = 0;
  int64_t seed = 0;
  std::string id;
  std::string description;
  std::optional<double> fail_under;
  bool detach = false;
  int wrong = 5;  // how many wrong answers to show
};

void AddEvalFlags(CLI::App& command, EvalFlags& flags);

// Reads the case file, if there is one.
absl::StatusOr<v1::EvaluateRequest> ToRequest(const EvalFlags& flags);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_EVAL_FLAGS_H_
