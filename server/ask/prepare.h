// From a question to the exact messages that the model gets. Pure: the same catalog revision, request and token ratio
// give the same bytes, for as long as the data lives.
#ifndef ATTUNE_ASK_PREPARE_H_
#define ATTUNE_ASK_PREPARE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "ask/request.h"
#include "prompt/build_prompt.h"
#include "prompt/catalog.h"
#include "prompt/prompt.h"
#include "prompt/response_schema.h"

namespace attune {

struct PreparedAsk {
  Provenance provenance;
  Parameters parameters;  // the prompt's, overridden by the request's
  BuiltPrompt prompt;
  Strategy strategy = Strategy::kLexical;
  double coverage = 0;
  std::optional<LowCoverage> low_coverage;       // set: the coverage is below it; nothing is shown
  std::string response_schema;                   // as the provider gets it
  std::shared_ptr<const ResponseSchema> schema;  // the same, to check the answer with; nullptr: free text

  // False: the prompt answers or refuses by itself, and there are no messages.
  bool AsksModel() const { return !low_coverage || low_coverage->then == LowCoverageAction::kNoExamples; }
};

// What was learnt of the tokens of the model that these parameters name (ask/token_ratios.h).
using LearntRatio = absl::FunctionRef<double(const Parameters&)>;

// Errors: INVALID_ARGUMENT and NOT_FOUND as attune.proto lists them with Ask, FAILED_PRECONDITION (PROMPT_TOO_LONG).
// `learnt` is asked only where the prompt has a token budget and the request is not about an earlier revision: what was
// learnt is not part of a revision, and the provenance has it instead.
absl::StatusOr<PreparedAsk> PrepareAsk(const Catalog& catalog, const AskRequest& request, const AskVariant& variant,
                                       LearntRatio learnt);

}  // namespace attune

#endif  // ATTUNE_ASK_PREPARE_H_
