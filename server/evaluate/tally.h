// Counts the results of a run as they come, and makes the report of what there is. One thread at a time; no I/O.
#ifndef ATTUNE_EVALUATE_TALLY_H_
#define ATTUNE_EVALUATE_TALLY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "attune/v1/evaluations.pb.h"
#include "evaluate/plan.h"

namespace attune {

inline constexpr size_t kMaxFailureKinds = 32;          // told apart in a report
inline constexpr size_t kMaxFailureMessageBytes = 256;  // of each

class Tally {
 public:
  // `plan` must outlive it.
  explicit Tally(const EvaluationPlan& plan);

  // `result` is of `call`. A failed call scores 0 in every metric.
  void Add(const PlannedCall& call, const v1::CaseResult& result);

  int64_t done() const { return done_; }
  int64_t failed() const { return failed_; }

  // Everything but id, state, error and elapsed time. Computes for a while: microseconds for each score.
  v1::EvaluationReport Report() const;

 private:
  struct Candidate {
    std::vector<double> sums;       // of scores, by metric and case
    std::vector<uint8_t> results;   // by case
    std::vector<uint32_t> latency;  // microseconds, of successful calls
    v1::Usage usage;
    int64_t calls = 0;
    int64_t failed = 0;
  };

  void AddFailure(const std::string& message);
  // Mean over the repeats of a case that has a result.
  double ScoreOf(const Candidate& candidate, size_t metric, size_t item) const;
  v1::CandidateReport ReportOn(size_t index) const;
  v1::Comparison Compare(size_t baseline, size_t candidate) const;

  const EvaluationPlan& plan_;
  std::vector<Candidate> candidates_;
  std::map<std::string, int64_t> failures_;
  int64_t done_ = 0;
  int64_t failed_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_TALLY_H_
