// Rounds of load on two servers in turn, so that what else the machine does falls on both alike.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_ROUNDS_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_ROUNDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/bench/end_to_end/child_process.h"
#include "tests/bench/end_to_end/load.h"
#include "tests/bench/end_to_end/servers.h"

namespace attune::bench {

// One round on one server, or the medians of several.
struct Sample {
  double cpu_us = 0;  // of the server, one call
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  double chunks = 0;  // messages with text, one call
};

Sample MedianOf(const std::vector<Sample>& samples);

// Puts one round of load on a server.
using Load = std::function<LoadResult(Connections& connections)>;

class Rounds {
 public:
  Rounds(Servers& servers, int connections);

  // A round on the relay and one on attuned, `rounds` times, after a warm-up of each. An error if a call fails.
  absl::Status Run(int rounds, const Load& load);
  // The same on attuned alone.
  absl::Status RunAttuned(int rounds, const Load& load);

  Sample relay() const { return MedianOf(relay_samples_); }
  Sample attuned() const { return MedianOf(attuned_samples_); }

 private:
  absl::StatusOr<Sample> Measure(const ChildProcess& server, Connections& connections, const Load& load);

  Servers& servers_;
  Connections relay_;
  Connections attuned_;
  std::vector<Sample> relay_samples_;
  std::vector<Sample> attuned_samples_;
};

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_ROUNDS_H_
