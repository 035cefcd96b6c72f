// From a prepared prompt to a checked answer: the limits of the caller, the call of the model, the shape of the answer
// and its repair, and what it cost.
#ifndef ATTUNE_ASK_MODEL_CALLER_H_
#define ATTUNE_ASK_MODEL_CALLER_H_

#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ask/caller_limits.h"
#include "ask/prepare.h"
#include "ask/request.h"
#include "ask/streamed_text.h"
#include "ask/token_ratios.h"
#include "base/clock.h"
#include "base/snapshot_cell.h"
#include "provider/registry.h"

namespace attune {

// Tokens that an answer is taken to have at most, for limits, where no `max_tokens` was set.
inline constexpr int32_t kAssumedAnswerTokens = 1'024;

// Thread-safe. What it was made from must outlive it and its calls.
class ModelCaller {
 public:
  ModelCaller(std::string default_model, const Clock& clock, const SnapshotCell<ProviderRegistry>& providers,
              CallerLimits& limits, TokenRatios& ratios)
      : default_model_(std::move(default_model)),
        clock_(clock),
        providers_(providers),
        limits_(limits),
        ratios_(ratios) {}

  // Fills in the result as far as it gets. `request` and `sink` (null: not streamed) must outlive the call. `trace` is
  // what the calls of models belong to; may be null.
  asio::awaitable<absl::Status> Call(const AskRequest& request, PreparedAsk prepared, absl::Time deadline,
                                     absl::Time started, AskSink* sink, std::shared_ptr<const TraceScope> trace,
                                     AskResult& result);

 private:
  struct Work;
  // One exchange with the model, whose answer, or the part of it that arrived, goes into the result.
  asio::awaitable<absl::Status> Exchange(Work& work, AskResult& result);
  // Holds a finished answer to its schema, and asks a second time if that may help.
  asio::awaitable<absl::Status> CheckShape(Work& work, const ResponseSchema& schema, AskResult& result);

  const std::string default_model_;
  const Clock& clock_;
  const SnapshotCell<ProviderRegistry>& providers_;
  CallerLimits& limits_;
  TokenRatios& ratios_;
};

}  // namespace attune

#endif  // ATTUNE_ASK_MODEL_CALLER_H_
