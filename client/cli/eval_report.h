// An evaluation's report for people. Pure but for the printing.
#ifndef ATTUNE_CLIENT_CLI_EVAL_REPORT_H_
#define ATTUNE_CLIENT_CLI_EVAL_REPORT_H_

#include <string>
#include <vector>

#include "attune/v1/evaluations.pb.h"
#include "client/cli/session.h"
#include "client/cli/table.h"

namespace attune {

// One row a candidate: each metric's mean with its 95 % interval, failures, latency, tokens.
Table CandidateTable(const v1::EvaluationReport& report);

// "+0.021 [-0.003, +0.045]", the p value, and what that means.
Table ComparisonTable(const std::vector<v1::Comparison>& comparisons, const std::vector<std::string>& names);

// Everything of a report.
void PrintReport(const Session& session, const v1::EvaluationReport& report);

// "better" or "worse" if the interval lies on one side of 0, else "no clear difference".
std::string Verdict(const v1::Comparison& comparison);

// Names of the candidates whose mean of the first metric is below `least`.
std::vector<std::string> Below(const v1::EvaluationReport& report, double least);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_EVAL_REPORT_H_
