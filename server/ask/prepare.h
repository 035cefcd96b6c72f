// From a question to the exact messages that the model gets. Pure: the same catalog revision, request and token ratio
// give the same bytes, for as long as the data lives; with vectors, the same vectors.
#ifndef ATTUNE_ASK_PREPARE_H_
#define ATTUNE_ASK_PREPARE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "ask/request.h"
#include "dataset/vector_shelf.h"
#include "prompt/build_prompt.h"
#include "prompt/catalog.h"
#include "prompt/prompt.h"
#include "prompt/response_schema.h"

namespace attune {

// What a question is going to be asked with, before its examples are chosen.
struct ResolvedAsk {
  Provenance provenance;  // all but the examples
  Parameters parameters;  // the prompt's, overridden by the request's
  std::shared_ptr<const PromptVersion> prompt;
  SelectionPolicy policy;
  DatasetView view;  // empty if the prompt names no dataset
  // Whose vectors the strategy needs, perhaps of no model; nullopt: it needs none.
  std::optional<VectorKey> vectors = std::nullopt;
};

struct PreparedAsk {
  Provenance provenance;
  Parameters parameters;  // the prompt's, overridden by the request's
  BuiltPrompt prompt;
  DatasetView view;  // keeps the examples of the prompt alive
  Strategy strategy = Strategy::kLexical;
  double coverage = 0;
  std::optional<LowCoverage> low_coverage;       // set: the coverage is below it; nothing is shown
  std::string response_schema;                   // as the provider gets it
  std::shared_ptr<const ResponseSchema> schema;  // the same, to check the answer with; nullptr: free text

  // False: the prompt answers or refuses by itself, and there are no messages.
  bool AsksModel() const { return !low_coverage || low_coverage->then == LowCoverageAction::kNoExamples; }
};

// Errors: INVALID_ARGUMENT and NOT_FOUND as attune.proto lists them with Ask.
absl::StatusOr<ResolvedAsk> ResolveAsk(const Catalog& catalog, const AskRequest& request, const AskVariant& variant);

// What was learnt of the tokens of the model that these parameters name (ask/token_ratios.h).
using LearntRatio = absl::FunctionRef<double(const Parameters&)>;

// `semantic`: the question's vector and those to compare it with; null: there are none. Errors: NOT_FOUND
// (EXAMPLE_NOT_FOUND), INVALID_ARGUMENT (MISSING_VARIABLE ...), FAILED_PRECONDITION (PROMPT_TOO_LONG;
// EMBEDDINGS_MISSING if the strategy needs vectors, there are none, and the prompt does not fall back). `learnt` is
// asked only where the prompt has a token budget and the request is not about an earlier revision: what was learnt is
// not part of a revision, and the provenance has it instead.
absl::StatusOr<PreparedAsk> PrepareAsk(ResolvedAsk resolved, const AskRequest& request, const AskVariant& variant,
                                       const SemanticQuery* semantic, LearntRatio learnt);

}  // namespace attune

#endif  // ATTUNE_ASK_PREPARE_H_
