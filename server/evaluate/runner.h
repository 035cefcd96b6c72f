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
#include "base/mutex.h"
#include "base/worker_pool.h"
#include "evaluate/sink.h"

namespace attune {

inline constexpr int kMaxRunningEvaluations = 16;  // more are refused with OVERLOADED

class EvaluationRun;

// Thread-safe. Everything given must outlive the runner and its runs.
class EvaluationRunner {
 public:
  EvaluationRunner(Asker& asker, Store& store, WorkerPool& workers, const Clock& clock);
  // Shuts down.
  ~EvaluationRunner();

  // Marks as INTERRUPTED what an earlier process left RUNNING. Blocks; call once, before serving.
  absl::Status RecoverInterrupted();

  // Runs one evaluation to its end. Cancelling the coroutine cancels the run (state CANCELLED, what was measured
  // stays), unless the request says `detached`: then the run goes on and the sink gets nothing more. Must be awaited on
  // an I/O thread, in a coroutine that does not throw when cancelled. The last event is the report, also of a run that
  // did not come to its end: its status is then an error. Errors: attune.proto, Evaluate; CANCELLED
  // (EVALUATION_CANCELLED), DEADLINE_EXCEEDED, UNAVAILABLE (SHUTTING_DOWN, STORE_UNAVAILABLE), the sink's own.
  asio::awaitable<absl::Status> Run(v1::EvaluateRequest request, absl::Time deadline, EvaluationSink& sink);

  // The calls below block (they read the store).
  absl::StatusOr<v1::Evaluation> Get(const std::string& id);
  // Newest first, older than `before_id` unless that is empty; without reports.
  absl::StatusOr<std::vector<v1::Evaluation>> List(std::string_view before_id, size_t limit);
  // In the order in which the calls ended.
  absl::StatusOr<std::vector<v1::CaseResult>> Results(const std::string& id, int64_t first, size_t limit);
  absl::StatusOr<v1::CompareEvaluationsResponse> Compare(const v1::CompareEvaluationsRequest& request);
  // Does not wait for the end of the run.
  absl::StatusOr<v1::Evaluation> Cancel(const std::string& id);

  // Ends every run (state INTERRUPTED), refuses new ones, and waits until all have ended. For the end of the process,
  // before the I/O threads stop.
  void Shutdown();

 private:
  absl::Status Admit(const std::shared_ptr<EvaluationRun>& run);
  void Forget(const std::string& id);
  std::shared_ptr<EvaluationRun> FindRunning(const std::string& id);
  // A run may be further than what is stored of it.
  void AddProgress(v1::Evaluation& evaluation);

  Asker& asker_;
  Store& store_;
  WorkerPool& workers_;
  const Clock& clock_;
  InteractionIds ids_;
  Mutex mutex_;
  CondVar ended_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<std::string, std::shared_ptr<EvaluationRun>> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_RUNNER_H_
