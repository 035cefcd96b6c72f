// The use case: one question from its arrival to its recorded answer (DESIGN §4).
#ifndef ATTUNE_ASK_ASKER_H_
#define ATTUNE_ASK_ASKER_H_

#include <asio/awaitable.hpp>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ask/answer_memory.h"
#include "ask/ask_watch.h"
#include "ask/caller_limits.h"
#include "ask/interaction_ids.h"
#include "ask/model_caller.h"
#include "ask/prepare.h"
#include "ask/recorder.h"
#include "ask/request.h"
#include "ask/revision_gate.h"
#include "ask/semantic_search.h"
#include "ask/token_ratios.h"
#include "base/clock.h"
#include "base/snapshot_cell.h"
#include "prompt/catalog.h"
#include "provider/registry.h"

namespace attune {

struct AskOptions {
  std::string default_model = "builtin/nearest";
  absl::Duration default_deadline = absl::Seconds(60);  // for callers that set none
  int64_t max_in_flight = 10'000;                       // Asks at once; more are refused with OVERLOADED
  uint16_t id_salt = 0;
  Tracer* tracer = nullptr;  // makes a span of every Ask, unless its caller's trace is not sampled; null: of none
};

// Thread-safe; one object serves all I/O threads. What it was made from must outlive it and its calls.
class Asker {
 public:
  Asker(AskOptions options, const Clock& clock, const SnapshotCell<Catalog>& catalog,
        const SnapshotCell<ProviderRegistry>& providers, const SnapshotCell<VectorShelf>& vectors, CallerLimits& limits,
        RevisionGate& gate, Recorder& recorder, AskWatch watch = {});

  // Answers one question, within the deadline; InfiniteFuture means that the caller set none. With a sink the answer is
  // streamed. Whatever comes of an admitted, well-formed request is recorded. Must be awaited on an I/O thread, in a
  // coroutine that does not throw when cancelled (asio::this_coro::throw_if_cancelled(false)); cancelling it cancels
  // the wait or the provider call. `request`, `sink` and `variant` must outlive the call. Errors: attune.proto, Ask.
  asio::awaitable<absl::StatusOr<AskResult>> Ask(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                 const AskVariant& variant = {});

  // Exactly what Ask would send; calls nobody but the embedding model, if the strategy needs one, and waits for no
  // revision: FAILED_PRECONDITION (REVISION_NOT_REACHED) at once. As Ask, it is awaited on an I/O thread.
  asio::awaitable<absl::StatusOr<PreparedAsk>> Render(const AskRequest& request, absl::Time deadline);
  // What a search by meaning needs that is no Ask: as of one whose prompt does not fall back to LEXICAL, and with the
  // same errors. `key` and `view` are of one dataset; all must outlive the call. As Ask, it is awaited on an I/O
  // thread.
  asio::awaitable<absl::StatusOr<QuestionVectors>> FindVectors(const VectorKey& key, const DatasetView& view,
                                                               std::string_view question, absl::Time deadline);
  // Whether Ask could send it, as far as that can be told without calling anybody: the examples are those of LEXICAL
  // where others would need the question's vector. Any thread.
  absl::Status Try(const AskRequest& request, const AskVariant& variant) const;

  // What was learnt of the tokens of the model that these parameters name, with its name; nothing of a route, or of a
  // model that has not answered yet.
  std::optional<std::pair<std::string, TokenRatio>> LearntOf(const Parameters& parameters) const;
  const TokenRatios& token_ratios() const { return ratios_; }

  std::shared_ptr<const ProviderRegistry> providers() const { return providers_.Get(); }
  const AskOptions& options() const { return options_; }
  CatalogPtr catalog() const { return catalog_.Get(); }
  std::shared_ptr<const VectorShelf> vectors() const { return semantic_.vectors(); }

  struct Counters {
    int64_t asks = 0, failed = 0, in_flight = 0;
  };
  Counters counters() const;

 private:
  class InFlight;
  CatalogPtr CatalogFor(const AskVariant& variant) const;
  // Within a span, if one is wanted.
  asio::awaitable<absl::StatusOr<AskResult>> AskTraced(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                       const AskVariant& variant);
  asio::awaitable<absl::StatusOr<AskResult>> AskAdmitted(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                                         const AskVariant& variant);
  // Each fills in the result as far as it gets, so that a failure is recorded with what was known.
  asio::awaitable<absl::Status> AskOnce(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                        const AskVariant& variant, AskResult& result);
  asio::awaitable<absl::Status> AskRemembered(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                              const AskVariant& variant, AskResult& result);
  // Finds the vectors that the strategy needs first.
  asio::awaitable<absl::StatusOr<PreparedAsk>> PrepareByMeaning(ResolvedAsk resolved, const AskRequest& request,
                                                                absl::Time deadline, const AskVariant& variant,
                                                                AskResult& result);
  // With what was learnt of the model's tokens.
  absl::StatusOr<PreparedAsk> PrepareWith(ResolvedAsk resolved, const AskRequest& request, const AskVariant& variant,
                                          const SemanticQuery* semantic) const;
  asio::awaitable<absl::Status> Answer(const AskRequest& request, absl::Time deadline, AskSink* sink,
                                       const AskVariant& variant, absl::Time started, AskResult& result);

  const AskOptions options_;
  const Clock& clock_;
  const SnapshotCell<Catalog>& catalog_;
  const SnapshotCell<ProviderRegistry>& providers_;
  RevisionGate& gate_;
  Recorder& recorder_;
  const AskWatch watch_;
  InteractionIds ids_;
  TokenRatios ratios_;
  SemanticSearch semantic_;
  ModelCaller caller_;
  AnswerMemory answers_;
  std::atomic<int64_t> asks_{0};
  std::atomic<int64_t> failed_{0};
  std::atomic<int64_t> in_flight_{0};
};

}  // namespace attune

#endif  // ATTUNE_ASK_ASKER_H_
