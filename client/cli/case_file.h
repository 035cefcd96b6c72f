// Evaluation cases from a file: everything that `import` reads, `eval --file` reads too.
#ifndef ATTUNE_CLIENT_CLI_CASE_FILE_H_
#define ATTUNE_CLIENT_CLI_CASE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "attune/v1/evaluations.pb.h"

namespace attune {

struct CaseFileFlags {
  std::string file;  // "-" is stdin
  std::string input_column;
  std::string output_column;
};

// Adds the file's rows as cases. Errors have "file:line:column" in their field violations.
absl::Status ReadCases(const CaseFileFlags& flags, v1::EvaluateRequest& request);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_CASE_FILE_H_
