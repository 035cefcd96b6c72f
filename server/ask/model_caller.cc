#include "ask/model_caller.h"

#include <algorithm>
#include <asio/this_coro.hpp>
#include <cmath>
#include <optional>

#include "ask/repair.h"
#include "base/error.h"
#include "base/strings.h"
#include "provider/attempts.h"

namespace attune {
namespace {

// Of an answer in a trailer as much as fits without trouble: gRPC takes 8 KiB of them.
constexpr size_t kMaxTextBytesInTrailer = 2048;

// The longest call that a reservation expects.
CallUse MostUse(const PreparedAsk& prepared, double ratio, const ModelFacts& facts, absl::Time now) {
  const int64_t answer = prepared.parameters.max_tokens.value_or(kAssumedAnswerTokens);
  const auto input = static_cast<int64_t>(std::ceil(static_cast<double>(prepared.prompt.plain_input_tokens) * ratio));
  const Usage usage = {.reported = true, .input_tokens = input, .output_tokens = answer};
  return {.tokens = usage.input_tokens + answer, .cost = CostOf(PriceAt(facts.prices, now), usage).value_or(Money())};
}

void AddUsage(const Usage& more, Usage& usage) {
  usage.reported = usage.reported && more.reported;
  usage.input_tokens += more.input_tokens;
  usage.cached_input_tokens += more.cached_input_tokens;
  usage.output_tokens += more.output_tokens;
  usage.reasoning_tokens += more.reasoning_tokens;
}

// An answer that the model did not finish, or refused to give, is not held to the schema: its finish reason tells.
bool IsFinished(const AskResult& result) {
  return result.finish_reason == FinishReason::kStop || result.finish_reason == FinishReason::kUnspecified;
}

}  // namespace

// What belongs to one Call, in its frame.
struct ModelCaller::Work {
  std::shared_ptr<const ProviderRegistry> providers;  // kept until the call has ended
  Provider* provider;
  ModelRequest request;
  AskSink* sink;
  StreamedText streamed;
  int64_t estimated_tokens = 0;  // of the first exchange's messages
  // Of all exchanges so far. Unknown: one may have taken tokens that nobody told of.
  int64_t spent_tokens = 0;
  bool spent_unknown = false;
};

asio::awaitable<absl::Status> ModelCaller::Exchange(Work& work, AskResult& result) {
  // A cancellation that came between two waits has found nothing to cancel; it must not start a call.
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return CallerWentAway();
  const absl::Time asked = clock_.Now();
  TextSink* const sink = work.sink == nullptr ? nullptr : &work.streamed;
  absl::StatusOr<ModelAnswer> answer = co_await work.provider->Generate(work.request, sink);
  result.timing.provider += clock_.Now() - asked;
  result.timing.attempts += AttemptsOf(answer);
  const absl::Time first_text = work.streamed.first_text();
  if (first_text != absl::Time()) result.timing.provider_first_text = first_text - asked;
  if (!answer.ok()) {
    result.text = work.streamed.TakeText();
    work.spent_unknown |= !result.text.empty() || MayHaveCost(answer.status());
    if (result.text.empty()) co_return answer.status();
    co_return WithMetadata(answer.status(), "partial_text", CutUtf8(result.text, kMaxTextBytesInTrailer));
  }
  const bool first = !result.repaired;
  result.text = std::move(answer->text);
  if (!answer->answered_by.empty()) {
    if (result.route.empty()) result.route = std::move(result.model);
    result.model = std::move(answer->answered_by);
  }
  result.fallback = result.fallback || answer->fallback;
  result.finish_reason = answer->finish_reason;
  result.logprobs = std::move(answer->logprobs);
  result.cached = answer->cached && (first || result.cached);
  work.spent_unknown |= !answer->cached && !answer->usage.reported;
  if (!answer->cached) work.spent_tokens += answer->usage.input_tokens + answer->usage.output_tokens;
  std::optional<Money> cost = Money();
  if (!answer->cached) cost = CostOf(PriceAt(work.providers->Facts(result.model).prices, asked), answer->usage);
  result.cost = first ? cost : Sum(result.cost, cost);
  if (first && !answer->cached && answer->usage.reported) {
    ratios_.Learn(result.model, work.estimated_tokens, answer->usage.input_tokens);
  }
  if (first) result.usage = answer->usage;
  if (!first) AddUsage(answer->usage, result.usage);
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> ModelCaller::CheckShape(Work& work, const ResponseSchema& schema, AskResult& result) {
  absl::Status shape = schema.Check(result.text);
  // What a stream has given cannot be taken back.
  if (!shape.ok() && work.sink == nullptr && clock_.Now() < work.request.deadline) {
    AddRepairTurns(result.text, shape, work.request.messages);
    result.repaired = true;
    AskResult before = result;
    const absl::Status second = co_await Exchange(work, result);
    if (second.ok() && IsFinished(result)) {
      shape = schema.Check(result.text);
    } else {  // the first answer is the better one to show
      before.timing = result.timing;
      before.usage = result.usage;
      before.cost = result.cost;
      result = std::move(before);
    }
  }
  if (shape.ok()) co_return shape;
  shape = WithMetadata(std::move(shape), "answer", CutUtf8(result.text, kMaxTextBytesInTrailer));
  co_return WithMetadata(std::move(shape), "interaction_id", result.interaction_id);
}

asio::awaitable<absl::Status> ModelCaller::Call(const AskRequest& request, PreparedAsk prepared, absl::Time deadline,
                                                absl::Time started, AskSink* sink,
                                                std::shared_ptr<const TraceScope> trace, AskResult& result) {
  result.model = prepared.parameters.model.value_or(default_model_);
  Work work{.providers = providers_.Get(),
            .provider = nullptr,
            .request = {},
            .sink = sink,
            .streamed = StreamedText(sink, clock_),
            .estimated_tokens = prepared.prompt.plain_input_tokens};
  ATTUNE_CO_ASSIGN_OR_RETURN(const ResolvedModel target, work.providers->Resolve(result.model));
  result.model = target.name;
  prepared.parameters = Merge(target.facts->defaults, prepared.parameters);
  ATTUNE_CO_ASSIGN_OR_RETURN(
      CallerLimits::Reservation reservation,
      limits_.Reserve(request, MostUse(prepared, ratios_.Of(target.name).ratio, *target.facts, clock_.Now())));
  work.provider = target.provider;
  work.request = {.model = target.model,
                  .messages = std::move(prepared.prompt.messages),
                  .parameters = std::move(prepared.parameters),
                  .response_schema = std::move(prepared.response_schema),
                  .user = request.user,
                  .deadline = deadline,
                  .trace = std::move(trace)};
  absl::Status status;
  if (sink != nullptr) status = sink->OnStart(result);
  if (status.ok()) status = co_await Exchange(work, result);
  if (work.streamed.first_text() != absl::Time()) result.timing.first_text = work.streamed.first_text() - started;
  if (status.ok() && prepared.schema != nullptr && IsFinished(result)) {
    status = co_await CheckShape(work, *prepared.schema, result);
  }
  if (work.spent_unknown) {
    result.cost = std::nullopt;  // a repair may have cost something, too
  } else {
    const Money model = result.cost.value_or(Money());  // unknown prices do not count
    reservation.Settle({.tokens = work.spent_tokens + result.embedding.tokens,
                        .cost = Sum(model, result.embedding.cost).value_or(model)});
  }
  co_return status;
}

}  // namespace attune
