#include "tests/bench/end_to_end/rounds.h"

#include <algorithm>

#include "base/error.h"
#include "base/strings.h"

namespace attune::bench {
namespace {

double Median(const std::vector<Sample>& samples, double Sample::*field) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.*field);
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

Sample MedianOf(const std::vector<Sample>& samples) {
  return {.cpu_us = Median(samples, &Sample::cpu_us),
          .per_second = Median(samples, &Sample::per_second),
          .p50_us = Median(samples, &Sample::p50_us),
          .p99_us = Median(samples, &Sample::p99_us),
          .chunks = Median(samples, &Sample::chunks)};
}

Rounds::Rounds(Servers& servers, int connections)
    : servers_(servers),
      relay_(servers.relay().address(), connections),
      attuned_(servers.attuned().address(), connections) {}

absl::Status Rounds::Run(int rounds, const Load& load) {
  for (int round = -1; round < rounds; ++round) {  // -1: to warm up
    ATTUNE_ASSIGN_OR_RETURN(const Sample relay, Measure(servers_.relay(), relay_, load));
    ATTUNE_ASSIGN_OR_RETURN(const Sample attuned, Measure(servers_.attuned(), attuned_, load));
    if (round < 0) continue;
    relay_samples_.push_back(relay);
    attuned_samples_.push_back(attuned);
  }
  return absl::OkStatus();
}

absl::Status Rounds::RunAttuned(int rounds, const Load& load) {
  for (int round = -1; round < rounds; ++round) {
    ATTUNE_ASSIGN_OR_RETURN(const Sample attuned, Measure(servers_.attuned(), attuned_, load));
    if (round >= 0) attuned_samples_.push_back(attuned);
  }
  return absl::OkStatus();
}

absl::StatusOr<Sample> Rounds::Measure(const ChildProcess& server, Connections& connections, const Load& load) {
  const double cpu_before = server.CpuSeconds();
  const LoadResult result = load(connections);
  if (&server == &servers_.attuned()) servers_.AwaitInteractions();
  const double cpu = server.CpuSeconds() - cpu_before;
  if (result.failed > 0) {
    return absl::InternalError(StrCat(result.failed, " of ", result.latencies_us.size(),
                                      " calls failed, the first with: ", result.first_error));
  }
  const auto calls = static_cast<double>(result.latencies_us.size());
  return Sample{.cpu_us = cpu * 1e6 / calls,
                .per_second = result.PerSecond(),
                .p50_us = result.Quantile(0.5),
                .p99_us = result.Quantile(0.99),
                .chunks = static_cast<double>(result.chunks) / calls};
}

}  // namespace attune::bench
