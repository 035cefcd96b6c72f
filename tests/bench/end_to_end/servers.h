// The provider, the bare relay and attuned, started next to each other on loopback.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_SERVERS_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_SERVERS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "attune/v1/attune.grpc.pb.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "attune/v1/insights.grpc.pb.h"
#include "tests/bench/end_to_end/child_process.h"
#include "tests/bench/end_to_end/workload.h"
#include "tests/end_to_end/attuned_process.h"

namespace attune::bench {

struct ServerOptions {
  std::string bin_directory;  // of the three programs
  std::string examples_file;  // imported into the dataset; empty: the synthetic examples
};

class Servers {
 public:
  // Starts all three; attuned keeps its data in a temporary directory and has prompt and dataset when this returns.
  static absl::StatusOr<std::unique_ptr<Servers>> Start(const ServerOptions& options, const Workload& workload);

  const ChildProcess& relay() const { return *relay_; }
  const ChildProcess& attuned() const { return *attuned_; }

  // One more attuned like the other, with its data in that file.
  absl::StatusOr<std::unique_ptr<ChildProcess>> StartAnother(const std::string& data) const;

  // Waits until attuned has written all interactions, which are part of what its calls cost.
  void AwaitInteractions();
  int64_t DroppedInteractions();

 private:
  Servers() = default;
  absl::Status Prepare(const ServerOptions& options, const Workload& workload);
  absl::Status Import(const std::string& file);
  v1::GetStatusResponse GetStatus();

  std::vector<std::string> command_;  // of attuned, but for the file of its data
  ChildProcess::Environment environment_;
  TemporaryDirectory directory_;  // first: outlives the processes
  std::unique_ptr<ChildProcess> provider_;
  std::unique_ptr<ChildProcess> relay_;
  std::unique_ptr<ChildProcess> attuned_;
  std::unique_ptr<v1::Attune::Stub> attune_;
  std::unique_ptr<v1::Catalog::Stub> catalog_;
  std::unique_ptr<v1::Insights::Stub> insights_;
};

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_SERVERS_H_
