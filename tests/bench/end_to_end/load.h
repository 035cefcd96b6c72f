// Closed-loop load: a fixed number of calls is kept in flight until all are done. gRPC's callback API, so that no
// thread waits.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_LOAD_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "attune/v1/attune.grpc.pb.h"

namespace attune::bench {

// Stubs over a few connections of their own, used in turn.
class Connections {
 public:
  Connections(const std::string& address, int count);
  v1::Attune::Stub& at(size_t call) { return *stubs_[call % stubs_.size()]; }

 private:
  std::vector<std::unique_ptr<v1::Attune::Stub>> stubs_;
};

struct LoadResult {
  double seconds = 0;                // wall time of the whole
  std::vector<double> latencies_us;  // one a call; of streams until the first text
  int64_t chunks = 0;                // messages with text, of streams
  int64_t failed = 0;
  std::string first_error;

  double PerSecond() const { return static_cast<double>(latencies_us.size()) / seconds; }
  double Quantile(double share) const;  // of the latencies
};

// The request of the n-th call; called from several threads.
using AskRequestOf = std::function<v1::AskRequest(size_t call)>;
using UpdateRequestOf = std::function<v1::UpdateDatasetRequest(size_t call)>;

LoadResult RunAsks(Connections& connections, int in_flight, size_t calls, const AskRequestOf& request_of);
LoadResult RunStreams(Connections& connections, int in_flight, size_t calls, const AskRequestOf& request_of);
LoadResult RunUpdates(Connections& connections, int in_flight, size_t calls, const UpdateRequestOf& request_of);

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_LOAD_H_
