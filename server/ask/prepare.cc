#include "ask/prepare.h"

#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

// Decides the side of a weighted alias. Without a user the question does, so that the same request is always the same.
std::string_view StickyKey(const AskRequest& request) { return request.user.empty() ? request.input : request.user; }

SelectionPolicy EffectivePolicy(const FewShot& few_shot, const Parameters& parameters, const AskVariant& variant) {
  SelectionPolicy policy = few_shot.selection;
  if (variant.strategy.has_value()) policy.strategy = *variant.strategy;
  if (variant.choice.has_value()) policy.choice = *variant.choice;
  if (parameters.max_examples.has_value()) policy.k = *parameters.max_examples;
  return policy;
}

absl::StatusOr<Selection> Select(const Catalog& catalog, const AskRequest& request, const FewShot& few_shot,
                                 const SelectionPolicy& policy, const AskVariant& variant, Provenance& provenance) {
  if (few_shot.dataset.empty()) return Selection{};
  ATTUNE_ASSIGN_OR_RETURN(ResolvedDataset dataset,
                          ResolveDataset(catalog, few_shot.dataset, request.at_revision, StickyKey(request)));
  provenance.dataset = std::move(dataset.name);
  provenance.dataset_version = dataset.view.version();
  return SelectExamples(dataset.view, policy, request.input, variant.exclusion ? &*variant.exclusion : nullptr);
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

absl::StatusOr<PreparedAsk> PrepareAsk(const Catalog& catalog, const AskRequest& request, const AskVariant& variant,
                                       LearntRatio learnt) {
  if (request.at_revision > catalog.revision) {
    return BadField("BAD_REVISION", "at_revision",
                    StrCat("revision ", request.at_revision, " is not there yet; the latest is ", catalog.revision));
  }
  PreparedAsk prepared;
  prepared.provenance.revision = request.at_revision == 0 ? catalog.revision : request.at_revision;
  ATTUNE_ASSIGN_OR_RETURN(ResolvedPrompt resolved,
                          ResolvePrompt(catalog, request.prompt, request.at_revision, StickyKey(request)));
  const CompiledPrompt& prompt = *resolved.version->prompt;
  const FewShot& few_shot = prompt.content().few_shot;
  prepared.provenance.prompt = std::move(resolved.name);
  prepared.provenance.prompt_version = resolved.version->version;
  prepared.parameters = Merge(prompt.content().parameters, request.overrides);
  const SelectionPolicy policy = EffectivePolicy(few_shot, prepared.parameters, variant);
  prepared.strategy = policy.strategy;
  ATTUNE_ASSIGN_OR_RETURN(Selection selection,
                          Select(catalog, request, few_shot, policy, variant, prepared.provenance));
  prepared.coverage = selection.coverage;
  ApplyLowCoverage(few_shot, selection, prepared);
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
    prepared.provenance.example_ids.push_back(shown.example->id);
  }
  prepared.response_schema = prompt.content().response_schema;
  prepared.schema = prompt.response_schema();
  return prepared;
}

}  // namespace attune
