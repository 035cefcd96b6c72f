// From a question to the exact messages that the model gets. Pure: the same catalog revision and request give the same
// bytes, for as long as the data lives.
#ifndef ATTUNE_ASK_PREPARE_H_
#define ATTUNE_ASK_PREPARE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ask/request.h"
#include "prompt/build_prompt.h"
#include "prompt/catalog.h"
#include "prompt/response_schema.h"

namespace attune {

struct PreparedAsk {
  Provenance provenance;
  Parameters parameters;  // the prompt's, overridden by the request's
  BuiltPrompt prompt;
  Strategy strategy = Strategy::kLexical;
  double coverage = 0;
  std::string response_schema;                   // as the provider gets it
  std::shared_ptr<const ResponseSchema> schema;  // the same, to check the answer with; nullptr: free text
};

// Errors: INVALID_ARGUMENT and NOT_FOUND as attune.proto lists them with Ask, FAILED_PRECONDITION (PROMPT_TOO_LONG).
absl::StatusOr<PreparedAsk> PrepareAsk(const Catalog& catalog, const AskRequest& request, const AskVariant& variant);

}  // namespace attune

#endif  // ATTUNE_ASK_PREPARE_H_
