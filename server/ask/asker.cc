#include "ask/asker.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "ask/ask_span.h"
#include "ask/low_coverage.h"
#include "base/error.h"
#include "base/strings.h"
#include "dataset/semantic_selection.h"

namespace attune {
namespace {

absl::Status Overloaded(int64_t limit) {
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message("the server answers as many questions at once as it may; try again in a moment")
      .RetryAfter(absl::Milliseconds(500))
      .Quota("questions in flight", StrCat("at most ", limit));
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
             const SnapshotCell<ProviderRegistry>& providers, const SnapshotCell<VectorShelf>& vectors,
             CallerLimits& limits, RevisionGate& gate, Recorder& recorder, AskWatch watch)
    : options_(std::move(options)),
      clock_(clock),
      catalog_(catalog),
      providers_(providers),
      gate_(gate),
      recorder_(recorder),
      watch_(watch),
      ids_(options_.id_salt),
      semantic_(clock, providers, vectors),
      caller_(options_.default_model, clock, providers, limits, ratios_),
      answers_(clock) {}

CatalogPtr Asker::CatalogFor(const AskVariant& variant) const {
  return variant.catalog != nullptr ? variant.catalog : catalog_.Get();
}

Asker::Counters Asker::counters() const { return {asks_.load(), failed_.load(), in_flight_.load()}; }

std::optional<std::pair<std::string, TokenRatio>> Asker::LearntOf(const Parameters& parameters) const {
  const auto model = providers_.Get()->Resolve(parameters.model.value_or(options_.default_model));
  if (!model.ok()) return std::nullopt;  // whoever calls it will say so
  const TokenRatio learnt = ratios_.Of(model->name);
  if (learnt.answers == 0) return std::nullopt;
  return std::pair(model->name, learnt);
}

asio::awaitable<absl::StatusOr<PreparedAsk>> Asker::Render(const AskRequest& request, absl::Time deadline) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckAskRequest(request));
  const CatalogPtr catalog = catalog_.Get();
  // Nothing to wait for with: a caller that needs the revision asks again.
  if (catalog->revision < request.min_revision) co_return RevisionNotReached(request.min_revision, catalog->revision);
  if (deadline == absl::InfiniteFuture()) deadline = clock_.Now() + options_.default_deadline;
  const AskVariant variant;
  AskResult unused;
  ATTUNE_CO_ASSIGN_OR_RETURN(ResolvedAsk resolved, ResolveAsk(*catalog, request, variant));
  absl::StatusOr<PreparedAsk> prepared;
  if (resolved.vectors.has_value()) {
    prepared = co_await PrepareByMeaning(std::move(resolved), request, deadline, variant, unused);
  } else {
    prepared = PrepareWith(std::move(resolved), request, variant, nullptr);
  }
  if (prepared.ok() && !prepared->parameters.model.has_value()) prepared->parameters.model = options_.default_model;
  co_return prepared;
}

asio::awaitable<absl::StatusOr<QuestionVectors>> Asker::FindVectors(const VectorKey& key, const DatasetView& view,
                                                                    std::string_view question, absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) deadline = clock_.Now() + options_.default_deadline;
  EmbeddingUse unused;
  const QuestionCall call = {.deadline = deadline};
  co_return co_await semantic_.Find(key, view, question, call, unused);
}

absl::Status Asker::Try(const AskRequest& request, const AskVariant& variant) const {
  ATTUNE_RETURN_IF_ERROR(CheckAskRequest(request));
  const CatalogPtr catalog = CatalogFor(variant);
  if (catalog->revision < request.min_revision) return RevisionNotReached(request.min_revision, catalog->revision);
  ATTUNE_ASSIGN_OR_RETURN(ResolvedAsk resolved, ResolveAsk(*catalog, request, variant));
  if (resolved.vectors.has_value()) resolved.policy.strategy = Strategy::kLexical;
  return PrepareWith(std::move(resolved), request, variant, nullptr).status();
}

absl::StatusOr<PreparedAsk> Asker::PrepareWith(ResolvedAsk resolved, const AskRequest& request,
                                               const AskVariant& variant, const SemanticQuery* semantic) const {
  return PrepareAsk(std::move(resolved), request, variant, semantic, [this](const Parameters& parameters) {
    const auto learnt = LearntOf(parameters);
    return learnt.has_value() ? learnt->second.ratio : 1;
  });
}

asio::awaitable<absl::StatusOr<PreparedAsk>> Asker::PrepareByMeaning(ResolvedAsk resolved, const AskRequest& request,
                                                                     absl::Time deadline, const AskVariant& variant,
                                                                     AskResult& result) {
  const absl::Time asked = clock_.Now();
  const QuestionCall call = {.deadline = deadline, .trace = variant.trace, .vectors = variant.vectors};
  const absl::StatusOr<QuestionVectors> found =
      co_await semantic_.FindOrFallBack(resolved, request.input, call, result.embedding);
  result.timing.embedding = clock_.Now() - asked;
  if (!found.ok()) co_return found.status();
  if (found->question == nullptr) co_return PrepareWith(std::move(resolved), request, variant, nullptr);
  const SemanticQuery query = found->query();
  co_return PrepareWith(std::move(resolved), request, variant, &query);
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::Ask(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                      const AskVariant& variant) {
  if (options_.tracer != nullptr) return AskTraced(request, deadline, sink, variant);
  return AskAdmitted(request, deadline, sink, variant);
}

asio::awaitable<absl::StatusOr<AskResult>> Asker::AskAdmitted(const AskRequest& request, absl::Time deadline,
                                                              AskSink* sink, const AskVariant& variant) {
  asks_.fetch_add(1, std::memory_order_relaxed);
  if (deadline == absl::InfiniteFuture()) deadline = clock_.Now() + options_.default_deadline;
  const InFlight place(in_flight_, options_.max_in_flight);
  AskResult result;
  absl::Status status;
  // No co_await in a conditional expression: GCC 12 destroys what it gives twice.
  if (!place.admitted()) {
    status = Overloaded(options_.max_in_flight);
  } else if (request.request_id.empty()) {
    status = co_await AskOnce(request, deadline, sink, variant, result);
  } else {
    status = co_await AskRemembered(request, deadline, sink, variant, result);
  }
  watch_.Ended(result, status);
  if (status.ok()) co_return result;
  failed_.fetch_add(1, std::memory_order_relaxed);
  co_return status;
}

asio::awaitable<absl::Status> Asker::AskRemembered(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                   const AskVariant& variant, AskResult& result) {
  ATTUNE_CO_RETURN_IF_ERROR(CheckAskRequest(request));
  ATTUNE_CO_ASSIGN_OR_RETURN(std::optional<AskResult> first,
                             co_await answers_.Begin(request.request_id, AskFingerprint(request), deadline));
  if (!first.has_value()) {
    absl::Cleanup forget = [&] { answers_.Finish(request.request_id, nullptr); };  // when something throws
    absl::Status status = co_await AskOnce(request, deadline, sink, variant, result);
    answers_.Finish(request.request_id, status.ok() ? &result : nullptr);
    std::move(forget).Cancel();
    co_return status;
  }
  result = *std::move(first);
  if (sink != nullptr) {
    ATTUNE_CO_RETURN_IF_ERROR(sink->OnStart(result));
    if (!result.text.empty()) ATTUNE_CO_RETURN_IF_ERROR(sink->OnText(result.text));
  }
  result.cost = Money();  // nothing was spent now
  NoteResult(result, variant.span);
  co_return absl::OkStatus();
}

asio::awaitable<absl::Status> Asker::AskOnce(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                             const AskVariant& variant, AskResult& result) {
  const absl::Time started = clock_.Now();
  ATTUNE_CO_RETURN_IF_ERROR(CheckAskRequest(request));
  result.interaction_id = ids_.Next(started);
  const absl::Status status = co_await Answer(request, deadline, sink, variant, started, result);
  result.timing.total = clock_.Now() - started;
  NoteResult(result, variant.span);
  if (variant.record) recorder_.Record(request, result, status, started);
  co_return status;
}

asio::awaitable<absl::Status> Asker::Answer(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                            const AskVariant& variant, absl::Time started, AskResult& result) {
  if (request.min_revision > 0) ATTUNE_CO_RETURN_IF_ERROR(co_await gate_.Wait(request.min_revision, deadline));
  const CatalogPtr catalog = CatalogFor(variant);
  ATTUNE_CO_ASSIGN_OR_RETURN(ResolvedAsk resolved, ResolveAsk(*catalog, request, variant));
  absl::StatusOr<PreparedAsk> prepared;
  if (resolved.vectors.has_value()) {
    prepared = co_await PrepareByMeaning(std::move(resolved), request, deadline, variant, result);
  } else {  // most Asks wait for nothing here, and need no coroutine for it
    prepared = PrepareWith(std::move(resolved), request, variant, nullptr);
  }
  if (!prepared.ok()) co_return prepared.status();
  result.provenance = std::move(prepared->provenance);
  result.coverage = prepared->coverage;
  absl::Status status;
  if (prepared->AsksModel()) {
    NoteModel(prepared->parameters.model, options_.default_model, variant.span);
    status = co_await caller_.Call(request, *std::move(prepared), deadline, started, sink, variant.trace, result);
  } else {
    status = EndBelowCoverage(*prepared, sink, result);
  }
  result.model_cost = result.cost;
  result.cost = Sum(result.model_cost, result.embedding.cost);
  co_return status;
}

}  // namespace attune
