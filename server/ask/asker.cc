#include "ask/asker.h"

#include <algorithm>
#include <asio/this_coro.hpp>
#include <utility>

#include "ask/streamed_text.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {
namespace {

// Of the text that arrived before a failure, as much as fits into a trailer without trouble: gRPC takes 8 KiB of them.
constexpr size_t kMaxPartialTextBytes = 2048;

absl::Status Overloaded(int64_t limit) {
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message("the server answers as many questions at once as it may; try again in a moment")
      .RetryAfter(absl::Milliseconds(500))
      .Quota("questions in flight", StrCat("at most ", limit));
}

absl::Status WithPartialText(absl::Status status, std::string_view partial) {
  if (partial.empty()) return status;
  return WithMetadata(std::move(status), "partial_text", CutUtf8(partial, kMaxPartialTextBytes));
}

asio::awaitable<absl::StatusOr<ModelAnswer>> Generate(Provider& provider, const ModelRequest& call,
                                                      const AskResult& start, AskSink* sink, StreamedText& streamed) {
  // A cancellation that came between two waits has found nothing to cancel; it must not start a call.
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return CallerWentAway();
  if (sink == nullptr) co_return co_await provider.Generate(call, nullptr);
  ATTUNE_CO_RETURN_IF_ERROR(sink->OnStart(start));
  co_return co_await provider.Generate(call, &streamed);
}

// Moves the answer, or the part of it that arrived, into the result.
absl::Status TakeAnswer(absl::StatusOr<ModelAnswer> answer, StreamedText& streamed, AskResult& result) {
  result.timing.attempts = AttemptsOf(answer);
  if (!answer.ok()) {
    result.text = streamed.TakeText();
    return WithPartialText(answer.status(), result.text);
  }
  result.text = std::move(answer->text);
  if (!answer->answered_by.empty()) result.model = std::move(answer->answered_by);
  result.finish_reason = answer->finish_reason;
  result.usage = answer->usage;
  return absl::OkStatus();
}

// An answer that the model did not finish, or refused to give, is not held to the schema: its finish reason tells.
absl::Status CheckAnswer(const ResponseSchema* schema, const AskResult& result) {
  if (schema == nullptr || result.finish_reason != FinishReason::kStop) return absl::OkStatus();
  absl::Status status = schema->Check(result.text);
  if (status.ok()) return status;
  return WithMetadata(std::move(status), "interaction_id", result.interaction_id);
}

}  // namespace

// One admitted Ask, counted for as long as the object lives.
class Asker::InFlight {
 public:
  InFlight(std::atomic<int64_t>& count, int64_t limit)
      : count_(count), admitted_(count.fetch_add(1, std::memory_order_relaxed) < limit) {}
  ~InFlight() { count_.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  bool admitted() const { return admitted_; }

 private:
  std::atomic<int64_t>& count_;
  const bool admitted_;
};

Asker::Asker(AskOptions options, const Clock& clock, const SnapshotCell<Catalog>& catalog,
             const ProviderRegistry& providers, RevisionGate& gate, Recorder& recorder)
    : options_(std::move(options)),
      clock_(clock),
      catalog_(catalog),
      providers_(providers),
      gate_(gate),
      recorder_(recorder),
      ids_(options_.id_salt),
      answers_(clock) {}

Asker::Counters Asker::counters() const { return {asks_.load(), failed_.load(), in_flight_.load()}; }

absl::StatusOr<PreparedAsk> Asker::Render(const AskRequest& request, const AskVariant& variant) const {
  ATTUNE_RETURN_IF_ERROR(CheckAskRequest(request));
  const CatalogPtr catalog = catalog_.Get();
  // Nothing to wait for with: a caller that needs the revision asks again.
  if (catalog->revision < request.min_revision) return RevisionNotReached(request.min_revision, catalog->revision);
  ATTUNE_ASSIGN_OR_RETURN(PreparedAsk prepared, PrepareAsk(*catalog, request, variant));
  if (!prepared.parameters.model.has_value()) prepared.parameters.model = options_.default_model;
  return prepared;
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::Ask(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                      const AskVariant& variant) {
  asks_.fetch_add(1, std::memory_order_relaxed);
  if (deadline == absl::InfiniteFuture()) deadline = clock_.Now() + options_.default_deadline;
  const InFlight place(in_flight_, options_.max_in_flight);
  absl::StatusOr<AskResult> outcome;
  // No co_await in a conditional expression: GCC 12 destroys what it gives twice.
  if (!place.admitted()) {
    outcome = Overloaded(options_.max_in_flight);
  } else if (request.request_id.empty()) {
    outcome = co_await AskOnce(request, deadline, sink, variant);
  } else {
    outcome = co_await AskRemembered(request, deadline, sink, variant);
  }
  if (!outcome.ok()) failed_.fetch_add(1, std::memory_order_relaxed);
  co_return outcome;
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::AskRemembered(const AskRequest& request, absl::Time deadline,
                                                                AskSink* sink, const AskVariant& variant) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckAskRequest(request));
  ATTUNE_CO_ASSIGN_OR_RETURN(const std::optional<AskResult> first,
                             co_await answers_.Begin(request.request_id, AskFingerprint(request), deadline));
  if (!first.has_value()) {
    absl::StatusOr<AskResult> outcome = co_await AskOnce(request, deadline, sink, variant);
    answers_.Finish(request.request_id, outcome);
    co_return outcome;
  }
  if (sink != nullptr) {
    ATTUNE_CO_RETURN_IF_ERROR(sink->OnStart(*first));
    if (!first->text.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(first->text));
  }
  co_return *first;
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::AskOnce(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                          const AskVariant& variant) {
  const absl::Time started = clock_.Now();
  ATTUNE_CO_RETURN_IF_ERROR(CheckAskRequest(request));
  AskResult result;
  result.interaction_id = ids_.Next(started);
  const absl::Status status = co_await Answer(request, deadline, sink, variant, started, result);
  result.timing.total = clock_.Now() - started;
  if (variant.record) recorder_.Record(request, result, status, started);
  if (!status.ok()) co_return status;
  co_return result;
}

asio::awaitable<absl::Status> Asker::Answer(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                            const AskVariant& variant, absl::Time started, AskResult& result) {
  if (request.min_revision > 0) ATTUNE_CO_RETURN_IF_ERROR(co_await gate_.Wait(request.min_revision, deadline));
  const CatalogPtr catalog = catalog_.Get();
  ATTUNE_CO_ASSIGN_OR_RETURN(PreparedAsk prepared, PrepareAsk(*catalog, request, variant));
  result.provenance = std::move(prepared.provenance);
  result.coverage = prepared.coverage;
  result.model = prepared.parameters.model.value_or(options_.default_model);
  ATTUNE_CO_ASSIGN_OR_RETURN(const ResolvedModel target, providers_.Resolve(result.model));
  const ModelRequest call{.model = target.model,
                          .messages = std::move(prepared.prompt.messages),
                          .parameters = std::move(prepared.parameters),
                          .response_schema = std::move(prepared.response_schema),
                          .user = request.user,
                          .deadline = deadline};
  const absl::Time asked = clock_.Now();
  StreamedText streamed(sink, clock_);
  absl::StatusOr<ModelAnswer> answer = co_await Generate(*target.provider, call, result, sink, streamed);
  result.timing.provider = clock_.Now() - asked;
  if (streamed.first_text() != absl::Time()) result.timing.first_text = streamed.first_text() - started;
  ATTUNE_CO_RETURN_IF_ERROR(TakeAnswer(std::move(answer), streamed, result));
  co_return CheckAnswer(prepared.schema.get(), result);
}

}  // namespace attune
