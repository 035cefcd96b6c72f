#include "ask/prepare.h"

#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/semantic_selection.h"

namespace attune {
namespace {

// Decides the side of a weighted alias. Without a user the question does, so that the same request is always the same.
std::string_view StickyKey(const AskRequest& request) { return request.user.empty() ? request.input : request.user; }

bool NeedsVectors(Strategy strategy) { return strategy == Strategy::kSemantic || strategy == Strategy::kHybrid; }

SelectionPolicy EffectivePolicy(const FewShot& few_shot, const AskRequest& request, const Parameters& parameters,
                                const AskVariant& variant) {
  SelectionPolicy policy = few_shot.selection;
  if (variant.strategy.has_value()) policy.strategy = *variant.strategy;
  if (variant.choice.has_value()) policy.choice = *variant.choice;
  if (parameters.max_examples.has_value()) policy.k = *parameters.max_examples;
  // Nothing is chosen, or there is nothing to choose by: no vector is worth a call.
  if (NeedsVectors(policy.strategy) && (policy.k == 0 || request.input.empty())) policy.strategy = Strategy::kLexical;
  return policy;
}

absl::Status ResolveExamples(const Catalog& catalog, const AskRequest& request, const FewShot& few_shot,
                             ResolvedAsk& resolved) {
  if (few_shot.dataset.empty()) return absl::OkStatus();
  ATTUNE_ASSIGN_OR_RETURN(ResolvedDataset dataset,
                          ResolveDataset(catalog, few_shot.dataset, request.at_revision, StickyKey(request)));
  resolved.view = std::move(dataset.view);
  if (NeedsVectors(resolved.policy.strategy)) {
    const EmbeddingSettings& settings = resolved.view.dataset()->Settings(resolved.view.version()).embedding;
    resolved.vectors = VectorKey{.dataset = dataset.name, .settings = settings};
  }
  resolved.provenance.dataset = std::move(dataset.name);
  resolved.provenance.dataset_version = resolved.view.version();
  return absl::OkStatus();
}

absl::StatusOr<Selection> Select(const ResolvedAsk& resolved, const AskRequest& request, const AskVariant& variant,
                                 const SemanticQuery* semantic) {
  if (resolved.view.dataset() == nullptr) return Selection{};
  return SelectExamples(resolved.view, resolved.policy, request.input,
                        variant.exclusion ? &*variant.exclusion : nullptr, semantic);
}

// 0: the prompt has no budget.
double TokenRatioFor(const AskRequest& request, const PromptContent& content, const Parameters& parameters,
                     LearntRatio learnt) {
  if (content.max_input_tokens == 0) return 0;
  if (request.token_ratio != 0) return request.token_ratio;
  return request.at_revision != 0 ? 1 : learnt(parameters);
}

void ApplyLowCoverage(const FewShot& few_shot, Selection& selection, PreparedAsk& prepared) {
  const LowCoverage& low = few_shot.low_coverage;
  if (low.then == LowCoverageAction::kNone || selection.coverage >= low.below) return;
  prepared.low_coverage = low;
  selection.examples.clear();
}

}  // namespace

absl::StatusOr<ResolvedAsk> ResolveAsk(const Catalog& catalog, const AskRequest& request, const AskVariant& variant) {
  if (request.at_revision > catalog.revision) {
    return BadField("BAD_REVISION", "at_revision",
                    StrCat("revision ", request.at_revision, " is not there yet; the latest is ", catalog.revision));
  }
  ResolvedAsk resolved;
  resolved.provenance.revision = request.at_revision == 0 ? catalog.revision : request.at_revision;
  ATTUNE_ASSIGN_OR_RETURN(ResolvedPrompt prompt,
                          ResolvePrompt(catalog, request.prompt, request.at_revision, StickyKey(request)));
  resolved.prompt = std::move(prompt.version);
  resolved.provenance.prompt = std::move(prompt.name);
  resolved.provenance.prompt_version = resolved.prompt->version;
  const PromptContent& content = resolved.prompt->prompt->content();
  resolved.parameters = Merge(content.parameters, request.overrides);
  resolved.policy = EffectivePolicy(content.few_shot, request, resolved.parameters, variant);
  ATTUNE_RETURN_IF_ERROR(ResolveExamples(catalog, request, content.few_shot, resolved));
  return resolved;
}

absl::StatusOr<PreparedAsk> PrepareAsk(ResolvedAsk resolved, const AskRequest& request, const AskVariant& variant,
                                       const SemanticQuery* semantic, LearntRatio learnt) {
  ATTUNE_ASSIGN_OR_RETURN(Selection selection, Select(resolved, request, variant, semantic));
  const CompiledPrompt& prompt = *resolved.prompt->prompt;
  PreparedAsk prepared;
  prepared.provenance = std::move(resolved.provenance);
  prepared.provenance.fell_back_to_lexical = selection.fell_back;
  prepared.parameters = std::move(resolved.parameters);
  prepared.strategy = resolved.policy.strategy;
  prepared.coverage = selection.coverage;
  ApplyLowCoverage(prompt.content().few_shot, selection, prepared);
  const double ratio = TokenRatioFor(request, prompt.content(), prepared.parameters, learnt);
  prepared.provenance.token_ratio = ratio;
  ATTUNE_ASSIGN_OR_RETURN(prepared.prompt, BuildPrompt(prompt,
                                                       {.input = request.input,
                                                        .variables = request.variables,
                                                        .history = request.history,
                                                        .token_ratio = ratio == 0 ? 1 : ratio},
                                                       selection));
  if (!prepared.AsksModel()) prepared.prompt = BuiltPrompt();  // it was built for the checks of the request
  prepared.provenance.example_ids.reserve(prepared.prompt.examples.size());
  for (const ScoredExample& shown : prepared.prompt.examples) {
    prepared.provenance.example_ids.emplace_back(shown.example.id());
  }
  prepared.view = std::move(resolved.view);
  prepared.response_schema = prompt.content().response_schema;
  prepared.schema = prompt.response_schema();
  return prepared;
}

}  // namespace attune
