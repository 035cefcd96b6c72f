#include "evaluate/plan.h"

#include <set>
#include <utility>

#include "base/error.h"
#include "base/names.h"
#include "base/strings.h"

namespace attune {
namespace {

// Renderings that are tried before the first call: enough for every candidate and every shape of case that people make.
constexpr size_t kMaxTrials = 10'000;

absl::Status CheckRange(std::string_view field, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return BadField("BAD_PARAMETER", field, StrCat("is ", value, "; allowed is ", low, " to ", high));
}

absl::Status CheckNumbers(const v1::EvaluateRequest& request) {
  ATTUNE_RETURN_IF_ERROR(CheckRange("repeats", request.repeats(), 0, kMaxRepeats));
  ATTUNE_RETURN_IF_ERROR(CheckRange("concurrency", request.concurrency(), 0, kMaxEvaluationConcurrency));
  return CheckRange("max_cases", request.max_cases(), 0, kMaxEvaluationCases);
}

absl::Status CheckSize(const EvaluationPlan& plan) {
  const auto scores = static_cast<int64_t>(plan.cases.size() * plan.candidates.size() * plan.metrics.size());
  if (plan.calls() <= kMaxEvaluationCalls && scores <= kMaxEvaluationScores) return absl::OkStatus();
  return BadField(
      "TOO_LARGE", "grid",
      StrCat(plan.cases.size(), " cases × ", plan.candidates.size(), " candidates × ", plan.repeats, " repeats are ",
             plan.calls(), " calls; at most ", kMaxEvaluationCalls, " calls and as many scores are run at once"));
}

// Cases of one shape render alike: the same variables are there, or not.
std::string Shape(const EvaluationCase& item) {
  std::string shape(item.input.empty() ? "0" : "1");
  for (const auto& [name, value] : item.variables) StrAppend(&shape, ",", name);
  return shape;
}

std::vector<size_t> OneCaseOfEachShape(const std::vector<EvaluationCase>& cases) {
  std::set<std::string> seen;
  std::vector<size_t> chosen;
  for (size_t i = 0; i < cases.size() && chosen.size() < kMaxTrials; ++i) {
    if (seen.insert(Shape(cases[i])).second) chosen.push_back(i);
  }
  return chosen;
}

absl::Status TryCandidate(const EvaluationPlan& plan, const Asker& asker, size_t candidate,
                          const std::vector<size_t>& cases) {
  const v1::CandidateReport& report = plan.candidates[candidate].report;
  const absl::Status model = asker.providers()->Resolve(report.parameters().model()).status();
  if (!model.ok()) return ErrorIn("candidate", report.name(), model);
  for (const size_t item : cases) {
    const PlannedCall call{.item = item, .candidate = candidate};
    const absl::Status rendered = asker.Try(plan.RequestFor(call), plan.VariantFor(call));
    // One case too long for the budget is that case's failure.
    if (rendered.ok() || ErrorReason(rendered) == "PROMPT_TOO_LONG") continue;
    return ErrorIn("candidate", report.name(), ErrorIn("case", plan.cases[item].id, rendered));
  }
  return absl::OkStatus();
}

absl::Status TryCandidates(const EvaluationPlan& plan, const Asker& asker) {
  std::vector<size_t> cases = OneCaseOfEachShape(plan.cases);
  cases.resize(std::min(cases.size(), std::max<size_t>(1, kMaxTrials / plan.candidates.size())));
  for (size_t i = 0; i < plan.candidates.size(); ++i) {
    ATTUNE_RETURN_IF_ERROR(TryCandidate(plan, asker, i, cases));
  }
  return absl::OkStatus();
}

}  // namespace

PlannedCall EvaluationPlan::Call(int64_t index) const {
  const auto number = static_cast<size_t>(index);
  const size_t round = number / candidates.size();
  return {.item = round / static_cast<size_t>(repeats),
          .candidate = number % candidates.size(),
          .repeat = static_cast<int32_t>(round % static_cast<size_t>(repeats))};
}

int64_t EvaluationPlan::IndexOf(const PlannedCall& call) const {
  const size_t round = call.item * static_cast<size_t>(repeats) + static_cast<size_t>(call.repeat);
  return static_cast<int64_t>(round * candidates.size() + call.candidate);
}

AskRequest EvaluationPlan::RequestFor(const PlannedCall& call) const {
  const EvaluationCase& item = cases[call.item];
  const PlannedCandidate& candidate = candidates[call.candidate];
  AskRequest request;
  request.prompt = candidate.prompt;
  request.input = item.input;
  request.variables = item.variables;
  request.history = item.history;
  request.overrides = candidate.overrides;
  // Repeats measure how answers vary, which one answer given again would hide.
  if (repeats > 1) request.overrides.cache = request.overrides.cache.value_or(false);
  request.at_revision = revision;
  return request;
}

AskVariant EvaluationPlan::VariantFor(const PlannedCall& call) const {
  const EvaluationCase& item = cases[call.item];
  // Not recorded: the questions of a test are not what users ask, and must not push theirs out of the log.
  return {.catalog = catalog,
          .vectors = vectors,
          .exclusion = Exclusion{.input = item.input, .id = item.excluded_id},
          .strategy = candidates[call.candidate].strategy,
          .choice = candidates[call.candidate].choice,
          .record = false};
}

absl::StatusOr<EvaluationPlan> PlanEvaluation(const v1::EvaluateRequest& request, const Asker& asker,
                                              int64_t revision) {
  ATTUNE_RETURN_IF_ERROR(CheckNumbers(request));
  EvaluationPlan plan;
  plan.catalog = asker.catalog();
  plan.vectors = asker.vectors();
  plan.revision = revision == 0 ? plan.catalog->revision : revision;
  plan.repeats = std::max(1, request.repeats());
  plan.concurrency = request.concurrency() == 0 ? kDefaultEvaluationConcurrency : request.concurrency();
  ATTUNE_ASSIGN_OR_RETURN(plan.metrics, Metrics::Compile(request.metrics()));
  ATTUNE_ASSIGN_OR_RETURN(plan.candidates,
                          PlanCandidates(request, *plan.catalog, plan.revision, asker.options().default_model));
  ATTUNE_ASSIGN_OR_RETURN(plan.cases, PlanCases(request, *plan.catalog, plan.revision));
  ATTUNE_RETURN_IF_ERROR(CheckSize(plan));
  for (const EvaluationCase& item : plan.cases) {
    const absl::Status expected = plan.metrics.CheckExpected(item.output);
    if (!expected.ok()) return ErrorIn("case", item.id, expected);
  }
  ATTUNE_RETURN_IF_ERROR(TryCandidates(plan, asker));
  return plan;
}

absl::StatusOr<std::string> MainVersion(std::string_view reference, const Aliases* aliases, int64_t revision) {
  ATTUNE_ASSIGN_OR_RETURN(const Reference parsed, ParseReference(reference, "reference"));
  if (aliases == nullptr || parsed.version != 0) return std::string(reference);
  const AliasState* state =
      AliasAt(*aliases, parsed.alias.empty() ? kProductionAlias : std::string_view(parsed.alias), revision);
  if (state == nullptr || state->canary_version == 0) return std::string(reference);
  return StrCat(parsed.name, "@", state->version);
}

absl::Status Retold(const absl::Status& status, std::string_view message) {
  absl::Status told(status.code(), absl::string_view(message.data(), message.size()));
  status.ForEachPayload([&told](absl::string_view url, const absl::Cord& payload) { told.SetPayload(url, payload); });
  return told;
}

absl::Status ErrorIn(std::string_view what, std::string_view name, const absl::Status& status) {
  return WithMetadata(Retold(status, StrCat(what, " '", name, "': ", status.message())), what, name);
}

}  // namespace attune
