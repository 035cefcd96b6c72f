// What a run will do, decided before its first call: the candidates, the cases, the metrics, all at one revision. Pure.
#ifndef ATTUNE_EVALUATE_PLAN_H_
#define ATTUNE_EVALUATE_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/evaluations.pb.h"
#include "evaluate/metrics.h"

namespace attune {

inline constexpr int kMaxEvaluationCases = 100'000;
inline constexpr int kMaxCandidates = 1'000;
inline constexpr int kMaxRepeats = 100;
inline constexpr int64_t kMaxEvaluationCalls = 10'000'000;   // cases × candidates × repeats
inline constexpr int64_t kMaxEvaluationScores = 10'000'000;  // cases × candidates × metrics: 8 bytes each in memory
inline constexpr int kMaxEvaluationConcurrency = 1'024;
inline constexpr int kDefaultEvaluationConcurrency = 16;
inline constexpr size_t kMaxCaseIdBytes = 256;
inline constexpr size_t kMaxCandidateNameBytes = 256;

struct EvaluationCase {
  // Of what is asked: input, variables, history. Equal for equal questions.
  std::string QuestionHash() const;

  std::string id;  // unique
  std::string input;
  StringMap variables;
  std::vector<Message> history;
  std::string output;       // expected
  std::string excluded_id;  // the example that the case is; empty: none
};

struct PlannedCandidate {
  std::string prompt;  // "name@version"
  Parameters overrides;
  std::optional<Strategy> strategy;  // unset: the prompt's own
  std::optional<Choice> choice;      // the same
  v1::CandidateReport report;        // what is known before the first call: prompt, parameters, strategy, choice, name
};

// One call of a plan. Candidates change fastest, so that a run that is cut short has measured all on the same cases.
struct PlannedCall {
  size_t item = 0;  // index of the case
  size_t candidate = 0;
  int32_t repeat = 0;
};

// All calls of a plan see what it was made on, whatever is written meanwhile: versions that are no longer kept since
// (dataset/retention.h) stay in memory for as long as the plan lives.
struct EvaluationPlan {
  int64_t revision = 0;
  CatalogPtr catalog;
  std::shared_ptr<const VectorShelf> vectors;
  std::vector<EvaluationCase> cases;
  std::vector<PlannedCandidate> candidates;
  Metrics metrics;
  int32_t repeats = 1;
  int32_t concurrency = 1;

  int64_t calls() const { return static_cast<int64_t>(cases.size() * candidates.size()) * repeats; }
  PlannedCall Call(int64_t index) const;
  int64_t IndexOf(const PlannedCall& call) const;
  // What is asked for a call: the case at the plan's revision, never shown itself or a duplicate of it.
  AskRequest RequestFor(const PlannedCall& call) const;
  AskVariant VariantFor(const PlannedCall& call) const;
};

// `request.metrics` as Metrics::Resolve gave them. `revision` 0: now. Everything that can be known to fail is refused
// here: errors as attune.proto lists them with Evaluate. Takes a while for large datasets.
absl::StatusOr<EvaluationPlan> PlanEvaluation(const v1::EvaluateRequest& request, const Asker& asker, int64_t revision);

// The parts of it. At least one case, at least one candidate.
absl::StatusOr<std::vector<EvaluationCase>> PlanCases(const v1::EvaluateRequest& request, const Catalog& catalog,
                                                      int64_t revision);
absl::StatusOr<std::vector<PlannedCandidate>> PlanCandidates(const v1::EvaluateRequest& request, const Catalog& catalog,
                                                             int64_t revision, const std::string& default_model);

// The reference with an alias that splits traffic replaced by its main version, so that a run measures one.
absl::StatusOr<std::string> MainVersion(std::string_view reference, const Aliases* aliases, int64_t revision);

// The same error with another message.
absl::Status Retold(const absl::Status& status, std::string_view message);
// The same error, told of a part of the request: its message begins with "<what> '<name>': ", its metadata has
// <what> = <name>.
absl::Status ErrorIn(std::string_view what, std::string_view name, const absl::Status& status);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_PLAN_H_
