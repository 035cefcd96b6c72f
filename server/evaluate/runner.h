// Runs evaluations: cases × candidates × repeats through the same Ask that serves callers, with bounded concurrency.
// Results are stored as they come, so what was measured outlives the run.
#ifndef ATTUNE_EVALUATE_RUNNER_H_
#define ATTUNE_EVALUATE_RUNNER_H_

#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/evaluations.pb.h"
#include "base/clock.h"
#include "base/io_pool.h"
#include "base/mutex.h"
#include "base/worker_pool.h"

namespace attune {

inline constexpr int kMaxEvaluationCases = 100'000;
inline constexpr int kMaxCandidates = 1'000;
inline constexpr int64_t kMaxEvaluationCalls = 10'000'000;  // cases × candidates × repeats
inline constexpr int kMaxRunningEvaluations = 16;           // more are refused with OVERLOADED
inline constexpr int kMaxEvaluationConcurrency = 1'024;
inline constexpr int kDefaultEvaluationConcurrency = 16;

// Receives the events of one run, in order. Called on the I/O thread of the run; never after Run has returned.
class EvaluationSink {
 public:
  virtual ~EvaluationSink() = default;
  // An error ends the run, unless it is detached: then nothing more is sent to the sink.
  virtual absl::Status OnEvent(v1::EvaluateResponse event) = 0;
};

class EvaluationRun;

// Thread-safe. Everything given must outlive the runner and its runs.
class EvaluationRunner {
 public:
  EvaluationRunner(Asker& asker, Store& store, WorkerPool& workers, const Clock& clock);
  ~EvaluationRunner();

  // Marks as INTERRUPTED what an earlier process left RUNNING. Blocks; call once, before serving.
  absl::Status RecoverInterrupted();

  // Runs one evaluation to its end. Cancelling the coroutine cancels the run (state CANCELLED, what was measured
  // stays), unless the request says `detached`: then the run goes on and the sink gets nothing more. Must be awaited on
  // an I/O thread, in a coroutine that does not throw when cancelled. Errors: attune.proto, Evaluate.
  asio::awaitable<absl::Status> Run(v1::EvaluateRequest request, absl::Time deadline, EvaluationSink& sink);

  // The calls below block (they read the store).
  absl::StatusOr<v1::Evaluation> Get(const std::string& id);
  // Newest first, older than `before_id` unless that is empty; without reports.
  absl::StatusOr<std::vector<v1::Evaluation>> List(std::string_view before_id, size_t limit);
  // In call order.
  absl::StatusOr<std::vector<v1::CaseResult>> Results(const std::string& id, int64_t first, size_t limit);
  absl::StatusOr<v1::CompareEvaluationsResponse> Compare(const v1::CompareEvaluationsRequest& request);
  absl::StatusOr<v1::Evaluation> Cancel(const std::string& id);

  // Cancels every run and waits until they have ended. For the end of the process, before the I/O threads stop.
  void Shutdown();

 private:
  Asker& asker_;
  Store& store_;
  WorkerPool& workers_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar ended_;
  absl::flat_hash_map<std::string, std::shared_ptr<EvaluationRun>> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_RUNNER_H_
