// Scores to estimates and comparisons: which method fits which scores. Pure.
#ifndef ATTUNE_EVALUATE_COMPARE_H_
#define ATTUNE_EVALUATE_COMPARE_H_

#include <span>
#include <string>

#include "attune/v1/evaluations.pb.h"

namespace attune {

// The mean of the scores of cases: Wilson's interval if every score is 0 or 1, else the bootstrap's.
v1::Estimate EstimateMean(const std::string& metric, std::span<const double> scores);

// Two lists of scores of the same cases, in the same order: McNemar's test if every score is 0 or 1, else the paired
// bootstrap's. Candidate indices are the caller's to set.
v1::Comparison ComparePaired(const std::string& metric, std::span<const double> baseline,
                             std::span<const double> candidate);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_COMPARE_H_
