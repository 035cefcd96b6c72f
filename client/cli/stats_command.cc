#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/strings.h"
#include "client/cli/commands.h"
#include "client/cli/describe.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/text_width.h"

namespace attune {
namespace {

constexpr int kShownLabels = 20;
constexpr int64_t kBarWidth = 32;  // columns of the longest bar

using Buckets = google::protobuf::RepeatedPtrField<v1::Bucket>;

std::string Share(int64_t part, int64_t whole) {
  return whole == 0 ? "-" : absl::StrFormat("%.1f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// A bar of a length that is to kBarWidth as the count is to the largest; for terminals.
std::string Bar(int64_t count, int64_t largest) {
  std::string bar;
  const int64_t length = largest == 0 ? 0 : (count * kBarWidth + largest - 1) / largest;
  for (int64_t i = 0; i < length; ++i) bar += "█";
  return bar;
}

// Rows of name and count under a title; bars only on a terminal.
class Counts {
 public:
  Counts(const Console& console, const char* title) : console_(console), title_(title) {}

  void Add(std::string name, int64_t count) { rows_.emplace_back(std::move(name), count); }
  void Print() const {
    int64_t largest = 0, all = 0;
    for (const auto& [name, count] : rows_) {
      largest = std::max(largest, count);
      all += count;
    }
    std::vector<Column> columns = {Text(title_), Number("EXAMPLES"), Number("SHARE")};
    if (console_.out_is_terminal) columns.push_back(Text(""));
    Table table(columns);
    for (const auto& [name, count] : rows_) {
      std::vector<std::string> cells = {name, Grouped(count), Share(count, all)};
      if (console_.out_is_terminal) cells.push_back(Bar(count, largest));
      table.Add(std::move(cells));
    }
    console_.out << "\n";
    attune::Print(console_, table, "");
  }

 private:
  const Console& console_;
  const char* title_;
  std::vector<std::pair<std::string, int64_t>> rows_;
};

void PrintLengths(const Console& console, const char* title, const Buckets& buckets) {
  if (buckets.empty()) return;
  Counts counts(console, title);
  int64_t from = 0;
  for (const v1::Bucket& bucket : buckets) {
    const auto below = static_cast<int64_t>(bucket.below());
    counts.Add(StrCat(Grouped(from), " to ", Grouped(below - 1)), bucket.count());
    from = below;
  }
  counts.Print();
}

void PrintLabels(const Console& console, const v1::DatasetStats& stats) {
  if (stats.labels().empty()) return;
  Table table({LongText("LABEL"), Number("EXAMPLES"), Number("SHARE")});
  const int shown = std::min(kShownLabels, stats.labels_size());
  for (int i = 0; i < shown; ++i) {
    const v1::LabelCount& label = stats.labels(i);
    table.Add({label.label(), Grouped(label.examples()), Share(label.examples(), stats.examples())});
  }
  console.out << "\n";
  Print(console, table, "");
  const int64_t more = stats.distinct_labels() - shown;
  if (more > 0) console.out << "and " << Grouped(more) << " more labels\n";
}

void PrintNearPairs(const Console& console, const v1::NearDuplicates& near) {
  if (near.pairs().empty()) return;
  Table table({LongText("NEARLY THE SAME"), LongText("AS"), Number("LIKENESS")});
  for (const v1::NearPair& pair : near.pairs()) {
    table.Add({pair.id(), pair.other_id(), absl::StrFormat("%.2f", pair.similarity())});
  }
  console.out << "\n";
  Print(console, table, "");
}

void PrintCoverage(const Console& console, const v1::DatasetStats& stats) {
  if (stats.test_coverage().sample() == 0) return;
  Counts counts(console, "COVERAGE OF TEST");
  double from = 0;
  for (const v1::Bucket& bucket : stats.test_coverage().histogram()) {
    counts.Add(absl::StrFormat("%.1f to %.1f", from, bucket.below()), bucket.count());
    from = bucket.below();
  }
  counts.Print();
}

std::string Sampled(int64_t sample, int64_t all) {
  return sample == all ? StrCat("all ", Grouped(all)) : StrCat("a sample of ", Grouped(sample), " of ", Grouped(all));
}

void PrintSummary(const Console& console, const v1::DatasetStats& stats) {
  const v1::NearDuplicates& near = stats.near_duplicates();
  std::ostream& out = console.out;
  out << console.OnOut(StrCat(stats.dataset(), "@", stats.version()), Style::kBold) << "\n"
      << "examples         " << Grouped(stats.examples()) << " (" << Grouped(stats.train_examples())
      << " for training, " << Grouped(stats.test_examples()) << " for testing)\n"
      << "versions         " << Grouped(stats.versions())
      << (stats.oldest_version() > 1 ? StrCat("; from ", stats.oldest_version(), " on they are kept") : "") << "\n"
      << "labels           " << Grouped(stats.distinct_labels()) << "; " << Grouped(stats.unlabelled())
      << " examples without one\n"
      << "duplicates       " << Grouped(stats.duplicates()) << ", " << Grouped(stats.contradictions())
      << " of them with another output than the first\n"
      << "near duplicates  " << Grouped(near.found()) << " (" << Share(near.found(), near.sample()) << " of "
      << Sampled(near.sample(), stats.examples()) << ")\n";
  const v1::TestCoverage& coverage = stats.test_coverage();
  if (coverage.sample() > 0) {
    out << absl::StreamFormat("test coverage    %.2f on average (of %s)\n", coverage.mean(),
                              Sampled(coverage.sample(), stats.test_examples()));
  }
}

absl::Status Run(Session& session, const std::string& reference) {
  v1::GetDatasetStatsRequest request;
  request.set_dataset(reference);
  ATTUNE_ASSIGN_OR_RETURN(const v1::DatasetStats stats, session.client().GetDatasetStats(request));
  if (session.PrintJson(stats)) return absl::OkStatus();
  const Console& console = session.console();
  PrintSummary(console, stats);
  PrintLabels(console, stats);
  PrintNearPairs(console, stats.near_duplicates());
  PrintLengths(console, "CHARACTERS OF INPUT", stats.input_lengths());
  PrintLengths(console, "CHARACTERS OF OUTPUT", stats.output_lengths());
  PrintCoverage(console, stats);
  return absl::OkStatus();
}

}  // namespace

void AddStatsCommand(CLI::App& dataset, Session& session) {
  CLI::App* stats = dataset.add_subcommand(
      "stats", "Labels, duplicates, lengths, and how well the examples for training cover those for testing");
  const auto name = std::make_shared<std::string>("default");
  stats->add_option("dataset", *name, "name, name@7 or name@alias")->capture_default_str();
  session.OnRun(stats, [name](Session& s) { return Run(s, *name); });
}

}  // namespace attune
