// The measurements: each makes rows of the report.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_MEASURE_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_MEASURE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/end_to_end/report.h"
#include "tests/bench/end_to_end/servers.h"
#include "tests/bench/end_to_end/workload.h"

namespace attune::bench {

struct Bench {
  Servers& servers;
  const Workload& workload;
  int rounds = 5;                               // relay and attuned in turn, so often; medians are reported
  double scale = 1;                             // of all numbers of calls
  std::function<void(const std::string&)> say;  // progress, for people

  size_t Calls(size_t usual) const;
};

using Rows = absl::StatusOr<std::vector<ReportRow>>;

// Ask against the bare relay, at 1, 32 and 256 in flight.
Rows MeasureAsks(const Bench& bench);
// StreamAsk against the bare relay, with chunks that are ready back to back and with chunks that come one by one.
Rows MeasureStreams(const Bench& bench);
// Ask answered by the builtin model: what Attune costs without HTTP.
Rows MeasureNearest(const Bench& bench);
// Evaluate with a provider that takes 20 ms.
Rows MeasureEvaluate(const Bench& bench);
// Ask with every decorator of a provider at work, against the same attuned without.
Rows MeasureDecorators(const Bench& bench);
// Ask answered by the cache.
Rows MeasureCacheHits(const Bench& bench);
// Memory while 10,000 streams are open.
Rows MeasureOpenStreams(const Bench& bench);
// Ask while a dataset is being updated, one example at a time.
Rows MeasureUpdates(const Bench& bench);
// A million examples in an attuned of its own.
Rows MeasureMillion(const Bench& bench);

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_MEASURE_H_
