#include "evaluate/run.h"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <utility>

#include "ask/convert.h"
#include "base/error.h"
#include "base/on_worker.h"
#include "base/strings.h"
#include "evaluate/records.h"

namespace attune {
namespace {

constexpr std::chrono::milliseconds kLookAgain{5};         // at a reader or a store that is behind
constexpr std::chrono::milliseconds kRetryOverloaded{50};  // for a place in the queue of background work

absl::Status DeadlineReached() {
  return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED")
      .Message("the deadline came before the end of the evaluation; what was measured is stored");
}

}  // namespace

EvaluationRun::EvaluationRun(Environment environment, asio::any_io_executor executor, v1::EvaluateRequest request,
                             absl::Time deadline, EvaluationSink& sink)
    : environment_(environment),
      executor_(std::move(executor)),
      id_(request.evaluation_id()),
      detached_(request.detached()),
      deadline_(detached_ ? absl::InfiniteFuture() : deadline),
      request_(std::move(request)),
      sink_(&sink),
      changed_(executor_),
      ticker_(executor_) {}

asio::awaitable<absl::Status> EvaluationRun::Work() {
  for (int32_t i = 0; i < plan_.concurrency; ++i) {
    places_.push_back(std::make_unique<asio::cancellation_signal>());
    free_places_.push_back(static_cast<size_t>(i));
  }
  log_ = std::make_shared<ResultLog>(environment_.store, environment_.workers, executor_, id_);
  SendStart();
  ticking_ = true;
  Tick();
  for (int64_t index = 0; index < plan_.calls(); ++index) {
    if (!measured_.empty() && measured_[static_cast<size_t>(index)]) continue;
    co_await WaitForPlace();
    if (stopped()) break;
    StartCall(index);
    // A model that answers in place must not keep the thread from other work for longer than one call.
    co_await asio::post(executor_, asio::use_awaitable);
  }
  while (free_places_.size() < places_.size()) co_await changed_.Wait();
  ticking_ = false;
  ticker_.cancel();
  co_return co_await Conclude();
}

asio::awaitable<void> EvaluationRun::WaitForPlace() {
  while (!stopped()) {
    if (environment_.clock.Now() >= deadline_) {
      Stop(v1::CANCELLED, DeadlineReached());
    } else if (!log_->status().ok()) {
      Stop(v1::FAILED, log_->status());
    } else if (free_places_.empty()) {
      co_await changed_.Wait();
    } else if (log_->full() || (sink_ != nullptr && sink_->UnsentBytes() > kMaxUnsentBytes)) {
      co_await changed_.Wait(kLookAgain);
    } else {
      co_return;
    }
  }
}

void EvaluationRun::StartCall(int64_t index) {
  const size_t place = free_places_.back();
  free_places_.pop_back();
  const PlannedCall call = plan_.Call(index);
  const absl::Time started = environment_.clock.Now();
  const auto ended = [self = shared_from_this(), place, call, started](const std::exception_ptr& thrown,
                                                                       const absl::StatusOr<AskResult>& outcome) {
    if (thrown == nullptr) return self->EndCall(place, call, started, outcome);
    self->EndCall(place, call, started, absl::InternalError("an unexpected failure inside the server"));
  };
  asio::co_spawn(executor_, Ask(call), asio::bind_cancellation_slot(places_[place]->slot(), ended));
}

asio::awaitable<absl::StatusOr<AskResult>> EvaluationRun::Ask(PlannedCall call) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const AskRequest request = plan_.RequestFor(call);
  const AskVariant variant = plan_.VariantFor(call);
  co_return co_await environment_.asker.Ask(request, deadline_, nullptr, variant);
}

void EvaluationRun::EndCall(size_t place, const PlannedCall& call, absl::Time started,
                            const absl::StatusOr<AskResult>& outcome) {
  free_places_.push_back(place);
  changed_.Notify();
  if (!outcome.ok() && EndedWithTheRun(outcome.status())) return;
  v1::EvaluateResponse event;
  *event.mutable_result() = MakeResult(call, started, outcome);
  log_->Add(TakeNumber(call), event.result().SerializeAsString());
  tally_->Add(call, event.result());
  done_.store(tally_->done(), std::memory_order_relaxed);
  if (!request_.quiet()) Send(std::move(event));
}

// A call that ended because the run did has measured nothing.
bool EvaluationRun::EndedWithTheRun(const absl::Status& status) {
  if (absl::IsDeadlineExceeded(status) && environment_.clock.Now() >= deadline_) {
    Stop(v1::CANCELLED, DeadlineReached());
  }
  return stopped() && (absl::IsCancelled(status) || absl::IsDeadlineExceeded(status));
}

v1::CaseResult EvaluationRun::MakeResult(const PlannedCall& call, absl::Time started,
                                         const absl::StatusOr<AskResult>& outcome) {
  const EvaluationCase& item = plan_.cases[call.item];
  v1::CaseResult result;
  result.set_case_id(item.id);
  result.set_candidate(static_cast<int32_t>(call.candidate));
  result.set_repeat(call.repeat);
  result.set_input(item.input);
  result.set_question_hash(item.QuestionHash());
  result.set_expected(item.output);
  if (!outcome.ok()) {
    result.set_status_code(static_cast<int32_t>(outcome.status().code()));
    result.set_status_message(std::string(outcome.status().message()));
    result.set_latency_us(absl::ToInt64Microseconds(environment_.clock.Now() - started));
    return result;
  }
  result.set_text(outcome->text);
  for (const double score : plan_.metrics.Score(outcome->text, item.output)) result.add_scores(score);
  ToProto(outcome->usage, *result.mutable_usage());
  result.set_latency_us(absl::ToInt64Microseconds(outcome->timing.total));
  result.set_coverage(outcome->coverage);
  for (const std::string& id : outcome->provenance.example_ids) result.add_example_ids(id);
  return result;
}

void EvaluationRun::Stop(v1::EvaluationState state, absl::Status why) {
  if (stopped()) return;
  state_ = state;
  why_ = std::move(why);
  for (const auto& place : places_) place->emit(asio::cancellation_type::terminal);
  changed_.Notify();
}

void EvaluationRun::RequestStop(v1::EvaluationState state, absl::Status why) {
  asio::post(executor_, [self = shared_from_this(), state, why = std::move(why)] { self->Stop(state, why); });
}

void EvaluationRun::Tick() {
  SendProgress();
  log_->Flush();
  ticker_.expires_after(kProgressInterval);
  ticker_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error && self->ticking_) self->Tick();
  });
}

asio::awaitable<absl::Status> EvaluationRun::Conclude() {
  if (const absl::Status written = co_await log_->Drain(); !written.ok()) Stop(v1::FAILED, written);
  if (!stopped()) state_ = v1::SUCCEEDED;
  CountOldFailures();
  absl::Status stored;
  while (true) {
    stored = co_await OnWorker(environment_.workers, [this] { return StoreReport(); });
    if (!absl::IsResourceExhausted(stored)) break;
    co_await changed_.Wait(kRetryOverloaded);
  }
  if (!stored.ok() && why_.ok()) why_ = stored;
  SendProgress();
  v1::EvaluateResponse event;
  *event.mutable_report() = record_.report();
  Send(std::move(event));
  co_return why_;
}

absl::Status EvaluationRun::StoreReport() {
  v1::EvaluationReport report = tally_->Report();
  report.set_evaluation_id(id_);
  report.set_state(state_);
  report.set_elapsed_us(absl::ToInt64Microseconds(environment_.clock.Now() - started_));
  report.set_error(std::string(why_.message()));
  record_.set_state(state_);
  record_.set_done(tally_->done());
  *record_.mutable_report() = std::move(report);
  return PutEvaluation(environment_.store, record_);
}

void EvaluationRun::Send(v1::EvaluateResponse event) {
  if (sink_ == nullptr) return;
  const absl::Status taken = sink_->OnEvent(std::move(event));
  if (taken.ok()) return;
  sink_ = nullptr;
  if (!detached_) Stop(v1::CANCELLED, taken);
}

void EvaluationRun::SendStart() {
  v1::EvaluateResponse event;
  v1::EvaluationStart& start = *event.mutable_start();
  start.set_evaluation_id(id_);
  start.set_calls(plan_.calls());
  start.set_cases(static_cast<int32_t>(plan_.cases.size()));
  for (const PlannedCandidate& candidate : plan_.candidates) start.add_candidates(candidate.report.name());
  start.set_revision(plan_.revision);
  Send(std::move(event));
}

void EvaluationRun::SendProgress() {
  if (progress_sent_ == tally_->done()) return;
  progress_sent_ = tally_->done();
  v1::EvaluateResponse event;
  v1::EvaluationProgress& progress = *event.mutable_progress();
  progress.set_done(tally_->done());
  progress.set_failed(tally_->failed());
  progress.set_calls(plan_.calls());
  progress.set_elapsed_us(absl::ToInt64Microseconds(environment_.clock.Now() - started_));
  Send(std::move(event));
}

}  // namespace attune
