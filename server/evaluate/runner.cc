#include "evaluate/runner.h"

#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/names.h"
#include "base/on_worker.h"
#include "base/strings.h"
#include "evaluate/records.h"
#include "evaluate/run.h"

namespace attune {
namespace {

// The end of a run, for the one who waits for it on the same thread.
struct RunEnd {
  explicit RunEnd(const asio::any_io_executor& executor) : reached(executor) {}
  WakeUp reached;
  std::optional<absl::Status> status;
};

absl::Status CancelledBy(std::string_view who) {
  return Error(absl::StatusCode::kCancelled, "EVALUATION_CANCELLED")
      .Message(StrCat("the evaluation was cancelled by ", who, "; what was measured is stored"));
}

absl::Status ShuttingDown() {
  return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN")
      .Message("the server is stopping; send the evaluation again, with its id, to resume it");
}

absl::Status TooMany() {
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message("as many evaluations run as may at once; wait for one to end, or cancel one")
      .Quota("running evaluations", StrCat("at most ", kMaxRunningEvaluations));
}

absl::Status IsRunning(const std::string& id) {
  return Error(absl::StatusCode::kAlreadyExists, "EVALUATION_EXISTS")
      .Message(StrCat("evaluation '", id, "' is running"))
      .With("evaluation", id)
      .With("state", v1::EvaluationState_Name(v1::RUNNING));
}

// Waits for the end of the run, and passes on that the caller has gone.
asio::awaitable<absl::Status> WaitForEnd(std::shared_ptr<EvaluationRun> run, std::shared_ptr<RunEnd> end) {
  bool told = false;
  while (!end->status.has_value()) {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (!told && state.cancelled() != asio::cancellation_type::none) {
      told = true;
      if (run->detached()) {
        run->DropSink();
        co_return CancelledBy("its caller's leaving; being detached, it goes on");
      }
      run->Stop(v1::CANCELLED, CancelledBy("its caller"));
    }
    co_await end->reached.Wait();
  }
  co_return *end->status;
}

}  // namespace

EvaluationRunner::EvaluationRunner(Asker& asker, Store& store, WorkerPool& workers, const Clock& clock)
    : asker_(asker), store_(store), workers_(workers), clock_(clock), ids_(asker.options().id_salt) {}

EvaluationRunner::~EvaluationRunner() { Shutdown(); }

absl::Status EvaluationRunner::RecoverInterrupted() { return MarkInterrupted(store_); }

asio::awaitable<absl::Status> EvaluationRunner::Run(v1::EvaluateRequest request, absl::Time deadline,
                                                    EvaluationSink& sink) {
  if (request.evaluation_id().empty()) request.set_evaluation_id(StrCat("eval-", ids_.Next(clock_.Now())));
  ATTUNE_CO_RETURN_IF_ERROR(CheckName(request.evaluation_id(), "evaluation_id"));
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const EvaluationRun::Environment environment{asker_, store_, workers_, clock_};
  const auto run = std::make_shared<EvaluationRun>(environment, executor, std::move(request), deadline, sink);
  ATTUNE_CO_RETURN_IF_ERROR(Admit(run));
  const absl::Status prepared = co_await OnWorker(workers_, [&run] { return run->Prepare(); });
  if (!prepared.ok()) {
    Forget(run->id());
    co_return prepared;
  }
  const auto end = std::make_shared<RunEnd>(executor);
  asio::co_spawn(executor, run->Work(), [this, run, end](const std::exception_ptr& thrown, const absl::Status& status) {
    end->status = thrown == nullptr ? status : absl::InternalError("an unexpected failure");
    end->reached.Notify();
    Forget(run->id());
  });
  co_return co_await WaitForEnd(run, end);
}

absl::Status EvaluationRunner::Admit(const std::shared_ptr<EvaluationRun>& run) {
  MutexLock lock(mutex_);
  if (stopping_) return ShuttingDown();
  if (running_.contains(run->id())) return IsRunning(run->id());
  if (running_.size() >= kMaxRunningEvaluations) return TooMany();
  running_[run->id()] = run;
  return absl::OkStatus();
}

// The last that a run does with the runner, which may be gone right afterwards.
void EvaluationRunner::Forget(const std::string& id) {
  std::shared_ptr<EvaluationRun> run;  // goes after the lock
  MutexLock lock(mutex_);
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  run = std::move(found->second);
  running_.erase(found);
  ended_.NotifyAll();
}

std::shared_ptr<EvaluationRun> EvaluationRunner::FindRunning(const std::string& id) {
  MutexLock lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second;
}

absl::StatusOr<v1::Evaluation> EvaluationRunner::Cancel(const std::string& id) {
  if (const std::shared_ptr<EvaluationRun> run = FindRunning(id)) {
    run->RequestStop(v1::CANCELLED, CancelledBy("CancelEvaluation"));
  }
  return Get(id);
}

void EvaluationRunner::Shutdown() {
  MutexLock lock(mutex_);
  stopping_ = true;
  for (const auto& [id, run] : running_) run->RequestStop(v1::INTERRUPTED, ShuttingDown());
  while (!running_.empty()) ended_.Wait(lock);
}

}  // namespace attune
