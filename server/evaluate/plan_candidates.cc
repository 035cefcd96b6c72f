// The candidates of a run: those of the request, each multiplied by the grid, with names made from what differs.
#include <functional>
#include <set>
#include <utility>

#include "ask/convert.h"
#include "base/error.h"
#include "base/strings.h"
#include "evaluate/plan.h"

namespace attune {
namespace {

// One axis of the grid.
struct Axis {
  std::string trait;  // the name of what it sets, as in TraitsOf
  int size = 0;
  std::function<void(int, PlannedCandidate&)> set;
};

using Traits = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<std::vector<Axis>> AxesOf(const v1::Grid& grid) {
  std::vector<Strategy> strategies;
  for (int i = 0; i < grid.strategies_size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(const Strategy strategy,
                            StrategyFromProto(grid.strategies(i), StrCat("grid.strategies[", i, "]")));
    strategies.push_back(strategy);
  }
  std::vector<Choice> choices;
  for (int i = 0; i < grid.choices_size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(const Choice choice, ChoiceFromProto(grid.choices(i), StrCat("grid.choices[", i, "]")));
    choices.push_back(choice);
  }
  std::vector<Axis> axes = {
      {"model", grid.models_size(), [&grid](int i, PlannedCandidate& c) { c.overrides.model = grid.models(i); }},
      {"temperature", grid.temperatures_size(),
       [&grid](int i, PlannedCandidate& c) { c.overrides.temperature = grid.temperatures(i); }},
      {"max_tokens", grid.max_tokens_size(),
       [&grid](int i, PlannedCandidate& c) { c.overrides.max_tokens = grid.max_tokens(i); }},
      {"shots", grid.shots_size(), [&grid](int i, PlannedCandidate& c) { c.overrides.max_examples = grid.shots(i); }},
      {"strategy", static_cast<int>(strategies.size()),
       [strategies](int i, PlannedCandidate& c) { c.strategy = strategies[static_cast<size_t>(i)]; }},
      {"choice", static_cast<int>(choices.size()),
       [choices](int i, PlannedCandidate& c) { c.choice = choices[static_cast<size_t>(i)]; }}};
  std::erase_if(axes, [](const Axis& axis) { return axis.size == 0; });
  return axes;
}

absl::StatusOr<size_t> CountCombinations(const std::vector<Axis>& axes, size_t candidates) {
  size_t combinations = 1;
  for (const Axis& axis : axes) {
    combinations *= static_cast<size_t>(axis.size);
    if (combinations * candidates > kMaxCandidates) break;
  }
  if (combinations * candidates <= kMaxCandidates) return combinations;
  return BadField("TOO_LARGE", "grid",
                  StrCat("makes more than ", kMaxCandidates, " candidates of ", candidates, "; give it fewer values"));
}

// The candidate as it was sent, its prompt resolved.
absl::StatusOr<PlannedCandidate> PlanOne(const v1::Candidate& proto, const Catalog& catalog, int64_t revision,
                                         std::string_view field) {
  if (proto.name().size() > kMaxCandidateNameBytes) {
    return BadField("TOO_LARGE", StrCat(field, ".name"), StrCat("has more than ", kMaxCandidateNameBytes, " bytes"));
  }
  const std::string reference = proto.prompt().empty() ? std::string(kDefaultName) : proto.prompt();
  const auto found = catalog.prompts.find(reference.substr(0, reference.find('@')));
  ATTUNE_ASSIGN_OR_RETURN(
      const std::string main,
      MainVersion(reference, found == catalog.prompts.end() ? nullptr : &found->second->aliases, revision));
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedPrompt resolved, ResolvePrompt(catalog, main, revision, ""));
  PlannedCandidate candidate;
  candidate.prompt = StrCat(resolved.name, "@", resolved.version->version);
  if (proto.has_overrides()) candidate.overrides = ParametersFromProto(proto.overrides());
  if (proto.strategy() != v1::STRATEGY_UNSPECIFIED) {
    ATTUNE_ASSIGN_OR_RETURN(candidate.strategy, StrategyFromProto(proto.strategy(), StrCat(field, ".strategy")));
  }
  if (proto.choice() != v1::CHOICE_UNSPECIFIED) {
    ATTUNE_ASSIGN_OR_RETURN(candidate.choice, ChoiceFromProto(proto.choice(), StrCat(field, ".choice")));
  }
  candidate.report.set_name(proto.name());
  return candidate;
}

// What the candidate's calls will really use.
absl::Status DescribeEffect(const Catalog& catalog, int64_t revision, const std::string& default_model,
                            PlannedCandidate& candidate) {
  ATTUNE_ASSIGN_OR_RETURN(const ResolvedPrompt resolved, ResolvePrompt(catalog, candidate.prompt, revision, ""));
  const PromptContent& content = resolved.version->prompt->content();
  Parameters effective = Merge(content.parameters, candidate.overrides);
  if (!effective.model.has_value()) effective.model = default_model;
  if (!effective.max_examples.has_value()) effective.max_examples = content.few_shot.selection.k;
  candidate.report.set_prompt(candidate.prompt);
  *candidate.report.mutable_parameters() = ToProto(effective);
  const SelectionPolicy& selection = content.few_shot.selection;
  candidate.report.set_strategy(ToProto(candidate.strategy.value_or(selection.strategy)));
  candidate.report.set_choice(ToProto(candidate.choice.value_or(selection.choice)));
  return absl::OkStatus();
}

// In the order in which a name tells them. What is not set has an empty value.
Traits TraitsOf(const v1::CandidateReport& report) {
  const v1::Parameters& parameters = report.parameters();
  std::string stop;
  for (const std::string& text : parameters.stop()) StrAppend(&stop, stop.empty() ? "" : "|", text);
  return {{"prompt", report.prompt()},
          {"model", parameters.model()},
          {"temperature", parameters.has_temperature() ? StrCat(parameters.temperature()) : ""},
          {"top_p", parameters.has_top_p() ? StrCat(parameters.top_p()) : ""},
          {"max_tokens", parameters.has_max_tokens() ? StrCat(parameters.max_tokens()) : ""},
          {"seed", parameters.has_seed() ? StrCat(parameters.seed()) : ""},
          {"stop", stop},
          {"shots", StrCat(parameters.max_examples())},
          {"strategy", v1::Strategy_Name(report.strategy())},
          {"choice", v1::Choice_Name(report.choice())}};
}

std::set<std::string> TraitsThatDiffer(const std::vector<PlannedCandidate>& candidates) {
  std::set<std::string> differing;
  const Traits first = TraitsOf(candidates.front().report);
  for (const PlannedCandidate& candidate : candidates) {
    const Traits traits = TraitsOf(candidate.report);
    for (size_t i = 0; i < traits.size(); ++i) {
      if (traits[i].second != first[i].second) differing.insert(traits[i].first);
    }
  }
  return differing;
}

// "faq@3, openai/gpt-4o-mini, temperature 0.5": prompts and models speak for themselves.
std::string Describe(const v1::CandidateReport& report, const std::set<std::string>& differing, std::string name) {
  for (const auto& [trait, value] : TraitsOf(report)) {
    if (value.empty() || !differing.contains(trait)) continue;
    const bool bare = trait == "prompt" || trait == "model" || trait == "strategy" || trait == "choice";
    StrAppend(&name, name.empty() ? "" : ", ", bare ? "" : trait, bare ? "" : " ", value);
  }
  return name.empty() ? report.prompt() : name;
}

void NameCandidates(const std::vector<Axis>& axes, std::vector<PlannedCandidate>& candidates) {
  const std::set<std::string> differing = TraitsThatDiffer(candidates);
  std::set<std::string> in_grid;  // what a name that was given does not tell
  for (const Axis& axis : axes) {
    if (axis.size > 1) in_grid.insert(axis.trait);
  }
  std::set<std::string> taken;
  for (PlannedCandidate& candidate : candidates) {
    const std::string given = candidate.report.name();
    const std::string name = Describe(candidate.report, given.empty() ? differing : in_grid, given);
    std::string unique = name;
    for (int number = 2; !taken.insert(unique).second; ++number) unique = StrCat(name, " #", number);
    candidate.report.set_name(unique);
  }
}

}  // namespace

absl::StatusOr<std::vector<PlannedCandidate>> PlanCandidates(const v1::EvaluateRequest& request, const Catalog& catalog,
                                                             int64_t revision, const std::string& default_model) {
  google::protobuf::RepeatedPtrField<v1::Candidate> sent = request.candidates();
  if (sent.empty()) sent.Add();
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<Axis> axes, AxesOf(request.grid()));
  ATTUNE_ASSIGN_OR_RETURN(const size_t combinations, CountCombinations(axes, static_cast<size_t>(sent.size())));
  std::vector<PlannedCandidate> candidates;
  for (int i = 0; i < sent.size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(const PlannedCandidate base,
                            PlanOne(sent.Get(i), catalog, revision, StrCat("candidates[", i, "]")));
    for (size_t combination = 0; combination < combinations; ++combination) {
      PlannedCandidate& candidate = candidates.emplace_back(base);
      size_t rest = combination;
      for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {  // the last axis changes fastest
        axis->set(static_cast<int>(rest % static_cast<size_t>(axis->size)), candidate);
        rest /= static_cast<size_t>(axis->size);
      }
      ATTUNE_RETURN_IF_ERROR(DescribeEffect(catalog, revision, default_model, candidate));
    }
  }
  NameCandidates(axes, candidates);
  return candidates;
}

}  // namespace attune
