#include "client/cli/eval_report.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/strings.h"
#include "client/cli/describe.h"
#include "client/enum_words.h"

namespace attune {
namespace {

constexpr double kClearPValue = 0.05;  // as the intervals, which are of 95 %

std::string Interval(const v1::Estimate& estimate) {
  return absl::StrFormat("%.3f [%.3f, %.3f]", estimate.mean(), estimate.low(), estimate.high());
}

std::string Tokens(const v1::Usage& usage) {
  if (!usage.reported()) return "unknown";
  return StrCat(Grouped(usage.input_tokens()), "+", Grouped(usage.output_tokens()));
}

std::string NameOf(const v1::EvaluationReport& report, int index) {
  const v1::CandidateReport& candidate = report.candidates(index);
  return candidate.name().empty() ? candidate.prompt() : candidate.name();
}

void PrintFailures(const Session& session, const v1::EvaluationReport& report) {
  if (report.failures().empty()) return;
  std::vector<std::pair<int64_t, std::string>> failures;
  for (const auto& [message, count] : report.failures()) failures.emplace_back(count, message);
  std::sort(failures.rbegin(), failures.rend());
  Table table({Number("TIMES"), LongText("FAILURE")});
  for (const auto& [count, message] : failures) table.Add({Grouped(count), message});
  session.console().out << "\n";
  Print(session.console(), table, "");
}

}  // namespace

std::string Verdict(const v1::Comparison& comparison) {
  const bool clear = comparison.p_value() <= kClearPValue;
  if (clear && comparison.low() > 0) return "better";
  if (clear && comparison.high() < 0) return "worse";
  return "no clear difference";
}

Table CandidateTable(const v1::EvaluationReport& report) {
  std::vector<Column> columns = {LongText("CANDIDATE")};
  if (!report.candidates().empty()) {
    for (const v1::Estimate& estimate : report.candidates(0).estimates()) {
      columns.push_back(Text(absl::AsciiStrToUpper(estimate.metric())));
    }
  }
  for (const char* title : {"FAILED", "P50", "P99", "TOKENS"}) columns.push_back(Number(title));
  Table table(std::move(columns));
  for (int i = 0; i < report.candidates_size(); ++i) {
    const v1::CandidateReport& candidate = report.candidates(i);
    std::vector<std::string> cells = {NameOf(report, i)};
    for (const v1::Estimate& estimate : candidate.estimates()) cells.push_back(Interval(estimate));
    cells.push_back(Grouped(candidate.failed()));
    cells.push_back(Milliseconds(candidate.latency_p50_us()));
    cells.push_back(Milliseconds(candidate.latency_p99_us()));
    cells.push_back(Tokens(candidate.usage()));
    table.Add(std::move(cells));
  }
  return table;
}

Table ComparisonTable(const std::vector<v1::Comparison>& comparisons, const std::vector<std::string>& names) {
  Table table({LongText("COMPARED"), Text("METRIC"), Text("DIFFERENCE"), Number("P"), Number("WINS"), Number("LOSSES"),
               Text("VERDICT")});
  for (size_t i = 0; i < comparisons.size(); ++i) {
    const v1::Comparison& comparison = comparisons[i];
    table.Add({names[i], comparison.metric(),
               absl::StrFormat("%+.3f [%+.3f, %+.3f]", comparison.difference(), comparison.low(), comparison.high()),
               absl::StrFormat("%.3g", comparison.p_value()), Grouped(comparison.wins()), Grouped(comparison.losses()),
               Verdict(comparison)});
  }
  return table;
}

void PrintReport(const Session& session, const v1::EvaluationReport& report) {
  const Console& console = session.console();
  Print(console, CandidateTable(report), "no candidate was measured");
  if (!report.comparisons().empty()) {
    std::vector<std::string> names;
    for (const v1::Comparison& comparison : report.comparisons()) {
      names.push_back(
          StrCat(NameOf(report, comparison.candidate()), " against ", NameOf(report, comparison.baseline())));
    }
    console.out << "\n";
    Print(console, ComparisonTable({report.comparisons().begin(), report.comparisons().end()}, names), "");
  }
  PrintFailures(session, report);
  if (!report.error().empty()) console.err << console.OnErr(report.error(), Style::kRed) << "\n";
  session.Hint(StrCat("evaluation ", report.evaluation_id(), ": ", WordOf(report.state()), ", ",
                      Grouped(report.cases()), " cases in ", Milliseconds(report.elapsed_us()), " at revision ",
                      report.revision(), "; [low, high] is the 95 % interval"));
}

std::vector<std::string> Below(const v1::EvaluationReport& report, double least) {
  std::vector<std::string> names;
  for (int i = 0; i < report.candidates_size(); ++i) {
    const auto& estimates = report.candidates(i).estimates();
    if (estimates.empty() || estimates[0].mean() < least) names.push_back(NameOf(report, i));
  }
  return names;
}

}  // namespace attune
