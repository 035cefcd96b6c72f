// The measured numbers, as an aligned table for people, as JSON, and as Markdown for the README.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_REPORT_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_REPORT_H_

#include <optional>
#include <string>
#include <vector>

namespace attune::bench {

struct ReportRow {
  std::string name;                 // "Ask, 32 in flight: server CPU of one call"
  std::string unit;                 // "us", "1/s", "MiB"
  std::optional<double> reference;  // the relay's value, or another ideal
  double value = 0;                 // attuned's
  std::optional<double> ratio;      // not set: value / reference, where there is one
  std::string bar;                  // what it has to be; may be empty

  std::optional<double> Ratio() const;
};

std::string FormatTable(const std::vector<ReportRow>& rows);
std::string FormatJson(const std::vector<ReportRow>& rows);
std::string FormatMarkdown(const std::vector<ReportRow>& rows);

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_REPORT_H_
