// attune_bench: what Attune adds to a call of a model, measured against a bare relay in the same run. Starts everything
// itself; needs neither key nor network.
//
// Server and load share the machine, so only the ratios say something, and they only hold on a machine that does
// nothing else. Every number is the median of the rounds.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <set>

#include "absl/synchronization/mutex.h"
#include "base/error.h"
#include "base/strings.h"
#include "tests/bench/end_to_end/measure.h"

namespace attune::bench {
namespace {

constexpr double kSmokeScale = 0.02;

struct Flags {
  ServerOptions servers;
  std::vector<std::string> only;
  int rounds = 5;
  double scale = 1;
  bool smoke = false;
  bool json = false;
  bool markdown = false;
};

struct Section {
  const char* name;
  Rows (*measure)(const Bench& bench);
};
constexpr Section kSections[] = {{"ask", MeasureAsks},          {"stream", MeasureStreams},
                                 {"nearest", MeasureNearest},   {"decorators", MeasureDecorators},
                                 {"cache", MeasureCacheHits},   {"open-streams", MeasureOpenStreams},
                                 {"evaluate", MeasureEvaluate}, {"updates", MeasureUpdates},
                                 {"million", MeasureMillion}};

void AddFlags(CLI::App& app, Flags& flags) {
  std::set<std::string> sections;
  for (const Section& section : kSections) sections.insert(section.name);
  app.add_option("--only", flags.only, "Sections to measure")->check(CLI::IsMember(sections));
  app.add_option("--rounds", flags.rounds, "Rounds on each server, in turn")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--scale", flags.scale, "Factor on all numbers of calls")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--examples", flags.servers.examples_file,
                 "File to import as the dataset, in place of 10,000 synthetic examples")
      ->check(CLI::ExistingFile);
  app.add_option("--bin", flags.servers.bin_directory, "Where attuned, bench_relay and bench_provider are")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  app.add_flag("--smoke", flags.smoke, "A quick run that only shows that everything works");
  app.add_flag("--json", flags.json, "For programs");
  app.add_flag("--markdown", flags.markdown, "For the README");
}

absl::StatusOr<std::vector<ReportRow>> Measure(const Flags& flags) {
  const Workload workload;
  ATTUNE_ASSIGN_OR_RETURN(const std::unique_ptr<Servers> servers, Servers::Start(flags.servers, workload));
  const Bench bench{.servers = *servers,
                    .workload = workload,
                    .rounds = flags.smoke ? 1 : flags.rounds,
                    .scale = flags.smoke ? kSmokeScale : flags.scale,
                    .say = [](const std::string& what) { std::cerr << "measuring " << what << std::endl; }};
  std::vector<ReportRow> rows;
  for (const Section& section : kSections) {
    const bool wanted = flags.only.empty() || std::count(flags.only.begin(), flags.only.end(), section.name) > 0;
    if (!wanted) continue;
    ATTUNE_ASSIGN_OR_RETURN(const std::vector<ReportRow> more, section.measure(bench));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  rows.push_back({"interactions dropped", "", {}, static_cast<double>(servers->DroppedInteractions()), {}, "0"});
  return rows;
}

int Main(int argc, char** argv) {
  Flags flags;
  flags.servers.bin_directory = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  CLI::App app("attune_bench measures attuned against a bare relay.", "attune_bench");
  AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const absl::StatusOr<std::vector<ReportRow>> rows = Measure(flags);
  if (!rows.ok()) {
    std::cerr << "attune_bench: " << rows.status().message() << std::endl;
    return 1;
  }
  std::cout << (flags.json ? FormatJson(*rows) : flags.markdown ? FormatMarkdown(*rows) : FormatTable(*rows));
  return 0;
}

}  // namespace
}  // namespace attune::bench

int main(int argc, char** argv) {
  // Each of the servers holds a socket for each open stream.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return attune::bench::Main(argc, argv);
}
