// One evaluation from its plan to its report.
#ifndef ATTUNE_EVALUATE_RUN_H_
#define ATTUNE_EVALUATE_RUN_H_

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ask/asker.h"
#include "attune/v1/evaluations.pb.h"
#include "base/clock.h"
#include "base/wake_up.h"
#include "base/worker_pool.h"
#include "evaluate/plan.h"
#include "evaluate/result_log.h"
#include "evaluate/sink.h"
#include "evaluate/tally.h"

namespace attune {

inline constexpr std::chrono::milliseconds kProgressInterval{100};
inline constexpr size_t kMaxUnsentBytes = size_t{1} << 20;  // of events; the run waits for its reader above this

// Lives on one I/O thread, but for Prepare, RequestStop and the counters. Always held by a shared_ptr.
class EvaluationRun : public std::enable_shared_from_this<EvaluationRun> {
 public:
  struct Environment {
    Asker& asker;
    Store& store;
    WorkerPool& workers;
    const Clock& clock;
  };

  // `request.evaluation_id` is set. The environment and the sink must outlive the run, the sink until DropSink.
  EvaluationRun(Environment environment, asio::any_io_executor executor, v1::EvaluateRequest request,
                absl::Time deadline, EvaluationSink& sink);

  // Plans, takes over what an earlier run of the same evaluation has measured, and stores the evaluation as RUNNING.
  // Blocks: on a worker, once, before Work. An error leaves no trace.
  absl::Status Prepare();

  // Makes the calls, stores and sends their results, and at last the report. OK means that all was measured.
  asio::awaitable<absl::Status> Work();

  // Ends the run: calls in flight are cancelled, what was measured stays. The first reason counts.
  void Stop(v1::EvaluationState state, absl::Status why);
  // The same from any thread.
  void RequestStop(v1::EvaluationState state, absl::Status why);
  void DropSink() { sink_ = nullptr; }

  const std::string& id() const { return id_; }
  bool detached() const { return detached_; }
  int64_t done() const { return done_.load(std::memory_order_relaxed); }  // any thread

 private:
  absl::StatusOr<int64_t> FindRevision(const std::string& hash);
  absl::Status TakeOverResults();
  void TakeOver(const PlannedCall& call, const v1::CaseResult& result);
  void DescribePlan(const std::string& hash);

  bool stopped() const { return state_ != v1::RUNNING; }
  asio::awaitable<void> WaitForPlace();
  void StartCall(int64_t index);
  asio::awaitable<absl::StatusOr<AskResult>> Ask(PlannedCall call);
  void EndCall(size_t place, const PlannedCall& call, absl::Time started, const absl::StatusOr<AskResult>& outcome);
  // Of its result in the store: that of its failure in an earlier run, if there was one.
  int64_t TakeNumber(const PlannedCall& call);
  // Those that this run did not get to are results of the evaluation still.
  void CountOldFailures();
  bool EndedWithTheRun(const absl::Status& status);
  v1::CaseResult MakeResult(const PlannedCall& call, absl::Time started, const absl::StatusOr<AskResult>& outcome);
  void Tick();
  asio::awaitable<absl::Status> Conclude();
  absl::Status StoreReport();
  void Send(v1::EvaluateResponse event);
  void SendStart();
  void SendProgress();

  const Environment environment_;
  const asio::any_io_executor executor_;
  const std::string id_;
  const bool detached_;
  const absl::Time deadline_;  // of the caller; infinite if detached
  v1::EvaluateRequest request_;
  EvaluationSink* sink_;

  // Made by Prepare.
  absl::Time started_;
  EvaluationPlan plan_;
  std::optional<Tally> tally_;
  std::vector<bool> measured_;  // by call; empty: none was before
  // The stored result of a call that failed in an earlier run; the new one replaces it.
  struct OldFailure {
    int64_t number = 0;
    int32_t code = 0;
    std::string message;
  };
  absl::flat_hash_map<int64_t, OldFailure> failed_before_;  // by call: those that have no new result yet
  int64_t next_number_ = 0;                                 // of a result in the store
  v1::Evaluation record_;
  std::shared_ptr<ResultLog> log_;

  v1::EvaluationState state_ = v1::RUNNING;
  absl::Status why_;
  std::vector<std::unique_ptr<asio::cancellation_signal>> places_;  // one for each call that may be in flight
  std::vector<size_t> free_places_;
  WakeUp changed_;
  asio::steady_timer ticker_;
  bool ticking_ = false;
  int64_t progress_sent_ = -1;
  std::atomic<int64_t> done_{0};
};

}  // namespace attune

#endif  // ATTUNE_EVALUATE_RUN_H_
